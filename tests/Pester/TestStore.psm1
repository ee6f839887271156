# An S3 on this machine for the tests: Ceph's gateway over a one-node cluster in memory, spoken to with signed requests of our own.

$ErrorActionPreference = 'Stop'
$script:accessKey = 'testkey'
$script:secretKey = 'testsecret'
$script:region = 'us-east-1'
$serveScript = Join-Path $PSScriptRoot '..' 'DynamoBackup.Testing' 'Servers' 'serve-radosgw.sh' | Resolve-Path | Convert-Path

function Get-TestStoreObstacle {
    # What keeps the gateway from running here, with the way out; nothing where it can run.
    $programs = 'bash', 'radosgw', 'radosgw-admin', 'ceph', 'ceph-mon', 'ceph-osd', 'ceph-authtool', 'monmaptool'
    if (@(Get-Command $programs -CommandType Application -ErrorAction Ignore | Select-Object -Unique Name).Count -lt $programs.Count) {
        'RadosGW is not installed; Debian: apt-get install -y --no-install-recommends radosgw ceph-mon ceph-osd ceph-common'
    }
}

function Get-FreePort([int] $Count) {
    $listeners = 1..$Count | ForEach-Object { [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0) }
    try {
        $listeners.Start()
        $listeners.LocalEndpoint.Port
    }
    finally { $listeners.Stop() }
}

function Start-TestStore {
    for ($attempt = 1; ; $attempt++) {
        $port, $monitorPort = Get-FreePort 2
        $folder = New-Item -ItemType Directory (Join-Path ([System.IO.Path]::GetTempPath()) "rgw-$([guid]::NewGuid().ToString('n').Substring(0, 12))")
        $start = [System.Diagnostics.ProcessStartInfo]::new('bash')
        foreach ($argument in $serveScript, $folder.FullName, "$port", "$monitorPort") { $start.ArgumentList.Add($argument) }
        $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
        $store = [pscustomobject]@{
            Endpoint = "http://127.0.0.1:$port"
            Process  = [System.Diagnostics.Process]::Start($start)
            Folder   = $folder.FullName
        }
        if ($store.Process.StandardOutput.ReadLine() -like 'ready*') { return $store }

        # Most likely someone else took a port since it was found free.
        $store.Process.StandardInput.Close()
        $said = $store.Process.StandardError.ReadToEnd()
        Stop-TestStore $store
        if ($attempt -eq 4) { throw "RadosGW did not start: $said" }
    }
}

function Stop-TestStore($Store) {
    if (-not $Store) { return }

    # The gateway's daemons end with the script's standard input.
    $Store.Process.StandardInput.Close()
    if (-not $Store.Process.WaitForExit(15000)) { $Store.Process.Kill($true) }
    $Store.Process.Dispose()
    if (Test-Path $Store.Folder) { Remove-Item -Recurse -Force $Store.Folder }
}

function Set-TestStoreProfile([string] $Path) {
    # A credentials file with the profile "store", so that the store can have other keys than the table.
    Set-Content $Path "[store]`naws_access_key_id = $accessKey`naws_secret_access_key = $secretKey"
}

function Get-Hmac([byte[]] $Key, [string] $Text) {
    # The comma keeps the bytes together.
    , [System.Security.Cryptography.HMACSHA256]::HashData($Key, [System.Text.Encoding]::UTF8.GetBytes($Text))
}

function ConvertTo-Hex([byte[]] $Bytes) { [Convert]::ToHexString($Bytes).ToLowerInvariant() }

function Invoke-TestStore {
    param($Store, [string] $Method, [string] $Path, [System.Collections.IDictionary] $Query = @{})
    # Signature version 4 over an empty body (source: Amazon S3 API Reference, "Signature Calculations for the Authorization Header").
    $now = [datetime]::UtcNow.ToString('yyyyMMddTHHmmssZ', [cultureinfo]::InvariantCulture)
    $scope = "$($now.Substring(0, 8))/$region/s3/aws4_request"
    $empty = ConvertTo-Hex ([System.Security.Cryptography.SHA256]::HashData([byte[]]::new(0)))
    $parameters = ($Query.Keys | Sort-Object -CaseSensitive | ForEach-Object { "$_=$([uri]::EscapeDataString($Query[$_]))" }) -join '&'
    $escaped = ($Path.Split('/') | ForEach-Object { [uri]::EscapeDataString($_) }) -join '/'
    $address = [uri] "$($Store.Endpoint)$escaped"
    $canonical = $Method, $escaped, $parameters, "host:$($address.Authority)", "x-amz-content-sha256:$empty", "x-amz-date:$now", '', 'host;x-amz-content-sha256;x-amz-date', $empty -join "`n"
    $hash = ConvertTo-Hex ([System.Security.Cryptography.SHA256]::HashData([System.Text.Encoding]::UTF8.GetBytes($canonical)))
    $key = [System.Text.Encoding]::UTF8.GetBytes("AWS4$secretKey")
    foreach ($part in $scope.Split('/')) { $key = Get-Hmac $key $part }
    $signature = ConvertTo-Hex (Get-Hmac $key ('AWS4-HMAC-SHA256', $now, $scope, $hash -join "`n"))
    $headers = @{
        'x-amz-date'           = $now
        'x-amz-content-sha256' = $empty
        'Authorization'        = "AWS4-HMAC-SHA256 Credential=$accessKey/$scope, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=$signature"
    }
    Invoke-WebRequest -Uri "$address$(if ($parameters) { "?$parameters" })" -Method $Method -Headers $headers -SkipHeaderValidation -NoProxy
}

function New-TestBucket($Store) {
    $name = "bucket-$([guid]::NewGuid().ToString('n').Substring(0, 12))"
    $null = Invoke-TestStore $Store PUT "/$name"
    $name
}

function Get-TestObject($Store, [string] $Bucket) {
    # What the bucket holds, the answer's first page only: the tests keep it small.
    $list = [xml] (Invoke-TestStore $Store GET "/$Bucket" @{ 'list-type' = '2' }).Content
    if ($list.ListBucketResult.IsTruncated -eq 'true') { throw "The bucket '$Bucket' holds more objects than a test should write." }
    $list.ListBucketResult.Contents | Where-Object { $_ } | ForEach-Object {
        [pscustomobject]@{ Key = $_.Key; Size = [long] $_.Size; StorageClass = $_.StorageClass }
    }
}

function Remove-TestObject($Store, [string] $Bucket, [string] $Key) { $null = Invoke-TestStore $Store DELETE "/$Bucket/$Key" }

function Get-TestObjectTag($Store, [string] $Bucket, [string] $Key) {
    ([xml] (Invoke-TestStore $Store GET "/$Bucket/$Key" @{ tagging = '' }).Content).Tagging.TagSet.Tag | ForEach-Object { "$($_.Key)=$($_.Value)" } | Sort-Object
}

Export-ModuleMember -Function Get-TestStoreObstacle, Start-TestStore, Stop-TestStore, Set-TestStoreProfile, New-TestBucket, Invoke-TestStore, Get-TestObject, Remove-TestObject, Get-TestObjectTag
