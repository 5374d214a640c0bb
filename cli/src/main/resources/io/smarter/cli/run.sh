#!/bin/sh
# Runs the agent whose files are in this folder, in place of this process.
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
path=
while read -r jar; do path=$path:$here/lib/$jar; done <"$here/gateway.jars"
# Arenas are for threads that allocate at once in C; here each would keep what it freed.
MALLOC_ARENA_MAX=1 exec "$here/runtime/bin/java" "-XX:AOTCache=$here/aot/gateway.aot" "@$here/gateway.args" -cp "${path#:}" \
    "-Dsmarter.dist=$here" io.smarter.cli.AgentMain "$@"
