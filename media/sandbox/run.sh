# sh run.sh LANGUAGE BYTES SHA256 SECONDS
#
# Takes the program from standard input and runs it. BYTES and SHA256 make sure that exactly what was approved runs:
# a connection that breaks half-way runs nothing. (The length is needed too: not every connection can signal an end.)
# `timeout` ends the program even when nobody outside is left to do so; as process 1, from a file that can't be read, it
# can't be killed, stopped or traced from inside.
set -eu
case $1 in
  python) file=/tmp/main.py ;;
  javascript) file=/tmp/main.js ;;
  *) echo "The sandbox doesn't know the language $1." >&2; exit 125 ;;
esac
head -c "$2" > "$file"
if ! echo "$3  $file" | sha256sum --check --status; then
  echo 'The code did not arrive whole; nothing was run.' >&2
  exit 125
fi
# One pipe for both kinds of output keeps the order in which they were written.
case $1 in
  python) exec /usr/local/lib/axon/timeout --foreground --signal=KILL "$4" python3 -I -u "$file" < /dev/null 2>&1 ;;
  javascript) exec /usr/local/lib/axon/timeout --foreground --signal=KILL "$4" node /usr/local/lib/axon/run-javascript.cjs "$file" < /dev/null 2>&1 ;;
esac
