# sh job.sh LANGUAGE FILE SECONDS raw|base64
#
# Runs the program, ends all it left running, and tells on standard error how it went: a line "end EXITCODE PEAKBYTES",
# then the files in /tmp/work/results as a tar archive, where there are any. The program has no handle of standard error
# (both kinds of its output go to standard output, in the order they were written), and this shell comes from a file that
# can't be read, so that none can be taken from it: what comes there is not the program's word.
exec 3>&2 2>/dev/null
cd /tmp/work
unset OLDPWD
case $1 in
  python) set -- "$3" "$4" python3 -s -P -u "$2" ;;
  javascript) set -- "$3" "$4" node /usr/local/lib/axon/run-javascript.cjs "$2" ;;
esac
seconds=$1 form=$2
shift 2
# In a shell of its own: this one says "Killed" to whatever is standard error of the command that it waits for.
(exec /usr/local/lib/axon/timeout --foreground --signal=KILL "$seconds" "$@" < /dev/null 2>&1 3>&-)
code=$?
# All but process 1 and this shell, at one instant: nothing changes the results while they are read.
kill -9 -1

peak=-
for file in /sys/fs/cgroup/memory.peak /sys/fs/cgroup/memory/memory.max_usage_in_bytes; do
  [ -r "$file" ] && read -r peak < "$file" && break
done
echo "end $code $peak" >&3

# A link in the folder's place would lead elsewhere.
[ -d results ] && [ ! -L results ] || exit 0
set -- results/* results/.[!.]* results/..?*
for each; do
  [ -e "$each" ] || [ -L "$each" ] || continue
  # Plain files and folders are all that is wanted outside; tar stores a link as a link, and never follows it.
  case $form in
    base64) tar --create --format gnu --file - results | base64 --wrap 4096 >&3 ;;
    *) exec tar --create --format gnu --file - results >&3 ;;
  esac
  break
done
exit 0
