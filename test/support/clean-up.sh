#!/bin/sh
# Stops the database of a test run and removes its folder, once the run is over: it says "done", or its end of the
# pipe closes because it was interrupted or killed.
folder=$1
read -r word

stop_and_remove() {
  pid=$(head -n 1 "$folder/postgres/cluster/postmaster.pid" 2> /dev/null)
  if [ -n "$pid" ]; then
    kill -QUIT "$pid" 2> /dev/null
    waits=0
    while kill -0 "$pid" 2> /dev/null && [ "$waits" -lt 100 ]; do
      sleep 0.05
      waits=$((waits + 1))
    done
  fi
  rm -rf "$folder" 2> /dev/null
}

tries=0
while [ -e "$folder" ] && [ "$tries" -lt 100 ]; do
  stop_and_remove
  [ -e "$folder" ] && sleep 0.05
  tries=$((tries + 1))
done

# An interrupted run may have been creating the database: what it still writes appears after the first removal.
if [ "$word" != done ]; then
  sleep 3
  stop_and_remove
fi
