#!/bin/sh
# Runs the agent whose files are in this folder, in place of this process.
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
path=
while read -r jar; do path=$path:$here/lib/$jar; done <"$here/gateway.jars"
exec "$here/runtime/bin/java" "-XX:AOTCache=$here/aot/gateway.aot" "@$here/gateway.args" -cp "${path#:}" \
    "-Dsmarter.dist=$here" io.smarter.cli.AgentMain "$@"
