# sh run.sh LANGUAGE [base64]
#
# Waits for one program on standard input, and runs it: a line "BYTES SHA256 SECONDS TARBYTES TARSHA256", then the code,
# then a tar archive of the files it is given (none where TARBYTES is 0). Lengths and sums make sure that exactly what was
# approved runs: a connection that breaks half-way runs nothing. (The length is needed too: not every connection can
# signal an end.) When whoever made this goes away, standard input ends, and so does this.
# `timeout` ends all of it even when nobody outside is left to do so; as process 1, from a file that can't be read, it
# can't be killed, stopped or traced from inside. What job.sh does after the program has ten seconds.
set -eu
case $1 in
  python) file=/tmp/main.py ;;
  javascript) file=/tmp/main.js ;;
  *) echo "The sandbox doesn't know the language $1." >&2; exit 125 ;;
esac
mkdir -p /tmp/work/results /tmp/.matplotlib
cp /usr/local/lib/axon/matplotlib/* /tmp/.matplotlib/

read -r bytes sum seconds tarbytes tarsum || exit 125

# take BYTES SHA256 FILE
take() {
  head -c "$1" > "$3"
  if ! echo "$2  $3" | sha256sum --check --status; then
    echo 'The program did not arrive whole; nothing was run.'
    exit 125
  fi
}

take "$bytes" "$sum" "$file"
if [ "$tarbytes" -gt 0 ]; then
  take "$tarbytes" "$tarsum" /tmp/inputs.tar
  tar --extract --file /tmp/inputs.tar --directory /tmp/work --no-same-permissions
  rm /tmp/inputs.tar
fi
exec /usr/local/lib/axon/timeout --foreground --signal=KILL "$((seconds + 10))" \
  /usr/local/lib/axon/sh /usr/local/lib/axon/job.sh "$1" "$file" "$seconds" "${2:-raw}"
