#!/bin/bash
# The same as client.py for curl, a process for each request: client.sh new PORT ANSWERS END
port=$2 answers=$3 end=$4 count=0 at=0
while [ ! -e "$end" ]; do
  count=$((count + 1))
  now=$(date +%s%3N)
  if [ "$now" -gt $((at + 500)) ]; then
    at=$now
    mapfile -t known <"$answers"
  fi
  address=${known[RANDOM % ${#known[@]}]}
  curl -sf -m 5 -o /dev/null --resolve "fleet.test:$port:$address" "http://fleet.test:$port/" || echo "failure $?"
done
echo "requests $count"
