# Builds the tool when its sources changed, then hands every argument to it. Standard output belongs to the verb.
$ErrorActionPreference = 'Stop'
$project = Join-Path $PSScriptRoot 'tools/MicroLake.Tool'
$libraries = 'MicroLake.MLaaS', 'MicroLake.Kernel/Files', 'MicroLake.Kernel/Services', 'MicroLake.Kernel/Storage' | ForEach-Object { Join-Path $PSScriptRoot $_ }
$dll = Join-Path $project 'bin/Release/net10.0/MicroLake.Tool.dll'
$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'
$env:DOTNET_NOLOGO = '1'

if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) {
    [Console]::Error.WriteLine('error: the .NET SDK is not installed; install dotnet-sdk-10.0 (https://dot.net)')
    exit 1
}

function Test-Stale {
    if (-not (Test-Path $dll)) { return $true }
    $sources = @(Get-ChildItem -Recurse -File (@($project) + $libraries) |
        Where-Object { $_.FullName.Substring($PSScriptRoot.Length) -notmatch '[\\/](bin|obj)[\\/]' })
    foreach ($name in 'Directory.Build.props', 'Directory.Packages.props', '.editorconfig') {
        $sources += Get-Item -Force (Join-Path $PSScriptRoot $name)
    }
    $newest = ($sources | Sort-Object LastWriteTimeUtc | Select-Object -Last 1).LastWriteTimeUtc
    return (Get-Item $dll).LastWriteTimeUtc -lt $newest
}

if (Test-Stale) {
    [Console]::Error.WriteLine('building the tool')
    dotnet msbuild $project -restore '-p:Configuration=Release' '-v:quiet' -nologo '-tl:off' '-nodeReuse:false' |
        ForEach-Object { [Console]::Error.WriteLine($_) }
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
    (Get-Item $dll).LastWriteTimeUtc = [DateTime]::UtcNow
}
dotnet $dll @args
exit $LASTEXITCODE
