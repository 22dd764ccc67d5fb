# Builds the tool when its sources changed, then hands every argument to it.
$ErrorActionPreference = 'Stop'
$project = Join-Path $PSScriptRoot 'tools/MicroLake.Tool'
$dll = Join-Path $project 'bin/Release/net10.0/MicroLake.Tool.dll'
$sources = @(Get-ChildItem -Recurse -File $project | Where-Object FullName -NotMatch '[\\/](bin|obj)[\\/]') +
    @(Get-Item (Join-Path $PSScriptRoot 'Directory.*.props'))
$newest = ($sources | Sort-Object LastWriteTimeUtc | Select-Object -Last 1).LastWriteTimeUtc
if (-not (Test-Path $dll) -or (Get-Item $dll).LastWriteTimeUtc -lt $newest) {
    dotnet build $project -c Release -v quiet -nologo | Out-Host
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
    (Get-Item $dll).LastWriteTimeUtc = [DateTime]::UtcNow
}
dotnet $dll @args
exit $LASTEXITCODE
