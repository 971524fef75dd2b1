# sh run.sh LANGUAGE
#
# Waits for one program on standard input, and runs it: a line "BYTES SHA256 SECONDS", then the code. BYTES and SHA256 make
# sure that exactly what was approved runs: a connection that breaks half-way runs nothing. (The length is needed too: not
# every connection can signal an end.) When whoever made this goes away, standard input ends, and so does this.
# `timeout` ends the program even when nobody outside is left to do so; as process 1, from a file that can't be read, it
# can't be killed, stopped or traced from inside.
set -eu
case $1 in
  python) file=/tmp/main.py ;;
  javascript) file=/tmp/main.js ;;
  *) echo "The sandbox doesn't know the language $1." >&2; exit 125 ;;
esac
read -r bytes sum seconds || exit 125
head -c "$bytes" > "$file"
if ! echo "$sum  $file" | sha256sum --check --status; then
  echo 'The code did not arrive whole; nothing was run.' >&2
  exit 125
fi
# One pipe for both kinds of output keeps the order in which they were written.
case $1 in
  python) exec /usr/local/lib/axon/timeout --foreground --signal=KILL "$seconds" python3 -I -u "$file" < /dev/null 2>&1 ;;
  javascript) exec /usr/local/lib/axon/timeout --foreground --signal=KILL "$seconds" node /usr/local/lib/axon/run-javascript.cjs "$file" < /dev/null 2>&1 ;;
esac
