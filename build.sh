#!/usr/bin/env bash
# Builds the tool when its sources changed, then hands every argument to it. Standard output belongs to the verb.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$root/tools/MicroLake.Tool
libraries=("$root"/MicroLake.MLaaS "$root"/MicroLake.Kernel/{Files,Services,Storage})
dll=$project/bin/Release/net10.0/MicroLake.Tool.dll
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

command -v dotnet >/dev/null || { echo "error: the .NET SDK is not installed; install dotnet-sdk-10.0 (https://dot.net)" >&2; exit 1; }

stale() {
    [[ ! -f $dll ]] || [[ -n $(find "$project" "${libraries[@]}" "$root/Directory.Build.props" "$root/Directory.Packages.props" "$root/.editorconfig" \
        \( -name bin -o -name obj \) -prune -o -newer "$dll" -print -quit) ]]
}

if stale; then
    mkdir -p "$root/artifacts"
    exec 9>"$root/artifacts/tool.lock"
    flock 9
    if stale; then
        echo "building the tool" >&2
        dotnet msbuild "$project" -restore -p:Configuration=Release -v:quiet -nologo -tl:off -nodeReuse:false >&2 9>&-
        touch "$dll"
    fi
    exec 9>&-
fi
exec dotnet "$dll" "$@"
