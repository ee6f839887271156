# Writes what DynamoDB's own Export to S3 leaves in a bucket, as "aws s3 sync" copies it
# (source: Amazon DynamoDB Developer Guide, "DynamoDB table export output format").

$ErrorActionPreference = 'Stop'

function New-TestExport {
    param([string] $Folder, [string] $Table, [int] $Items = 20, [switch] $Incremental, [datetime] $Start = '2026-03-01T10:00:00Z', [string] $TableId = [guid]::NewGuid())
    $id = '{0:d14}-{1}' -f [DateTimeOffset]::new($Start.ToUniversalTime()).ToUnixTimeMilliseconds(), ([guid]::NewGuid().ToString('n').Substring(0, 8))
    $root = Join-Path $Folder 'AWSDynamoDB' $id
    # Incremental exports share a folder of data files.
    $data = $Incremental ? 'AWSDynamoDB/data' : "AWSDynamoDB/$id/data"
    $null = New-Item -ItemType Directory -Force $root, (Join-Path $Folder $data)
    $null = New-Item (Join-Path $root '_started')

    # As many files as partitions, one of them empty.
    $lines = 0..($Items - 1) | ForEach-Object {
        $item = '{{"pk":{{"S":"ORDER#{0}"}},"amount":{{"N":"{0}.5"}}}}' -f $_
        if (-not $Incremental) { "{`"Item`":$item}" }
        else { '{{"Metadata":{{"WriteTimestampMicros":{{"N":"{1}"}}}},"Keys":{{"pk":{{"S":"ORDER#{0}"}}}},"NewImage":{2}}}' -f $_, (1772359200000000 + $_), $item }
    }
    $half = [Math]::Max(1, [Math]::Floor($Items / 2))
    $files = foreach ($part in @($lines | Select-Object -First $half), @($lines | Select-Object -Skip $half), @()) {
        $name = "$([guid]::NewGuid().ToString('n').Substring(0, 26)).json.gz"
        $bytes = Compress-Line $part
        [System.IO.File]::WriteAllBytes((Join-Path $Folder $data $name), $bytes)
        [ordered]@{
            itemCount     = $part.Count
            md5Checksum   = Get-Md5 $bytes
            etag          = "$([guid]::NewGuid().ToString('n'))-1"
            dataFileS3Key = "$data/$name"
        } | ConvertTo-Json -Compress
    }

    Set-Manifest $root 'manifest-files' "$($files -join "`n")`n"
    $arn = "arn:aws:dynamodb:us-east-1:123456789012:table/$Table"
    $time = $Start.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ss.fffZ', [cultureinfo]::InvariantCulture)
    $dayBefore = $Start.ToUniversalTime().AddDays(-1).ToString('yyyy-MM-ddTHH:mm:ss.fffZ', [cultureinfo]::InvariantCulture)
    $summary = [ordered]@{ version = '2020-06-30'; exportArn = "$arn/export/$id"; startTime = $time; endTime = $time; tableArn = $arn; tableId = $TableId }
    if ($Incremental) { $summary += @{ exportFromTime = $dayBefore; exportToTime = $time; exportType = 'INCREMENTAL_EXPORT'; outputView = 'NEW_AND_OLD_IMAGES' } }
    else { $summary += @{ exportTime = $time } }
    $summary += [ordered]@{
        s3Bucket = 'exports'; s3Prefix = $null; s3SseAlgorithm = 'AES256'; s3SseKmsKeyId = $null
        manifestFilesS3Key = "AWSDynamoDB/$id/manifest-files.json"; billedSizeBytes = 4096; itemCount = $Items; outputFormat = 'DYNAMODB_JSON'
    }
    if ($Incremental) { $summary.version = '2023-08-01' }
    Set-Manifest $root 'manifest-summary' ($summary | ConvertTo-Json -Compress)
    $id
}

function Compress-Line([string[]] $Lines) {
    # An empty file is a gzip stream of nothing, with header and trailer; .NET writes none at all.
    if (-not $Lines) { return , [Convert]::FromHexString('1f8b08000000000000030300' + '0000000000000000') }
    $compressed = [System.IO.MemoryStream]::new()
    $gzip = [System.IO.Compression.GZipStream]::new($compressed, [System.IO.Compression.CompressionMode]::Compress)
    $gzip.Write([System.Text.Encoding]::UTF8.GetBytes("$($Lines -join "`n")`n"))
    $gzip.Dispose()
    , $compressed.ToArray()
}

function Get-Md5([byte[]] $Bytes) { [Convert]::ToBase64String([System.Security.Cryptography.MD5]::HashData($Bytes)) }

function Set-Manifest([string] $Folder, [string] $Name, [string] $Text) {
    $bytes = [System.Text.Encoding]::UTF8.GetBytes($Text)
    [System.IO.File]::WriteAllBytes((Join-Path $Folder "$Name.json"), $bytes)
    Set-Content (Join-Path $Folder "$Name.md5") (Get-Md5 $bytes) -NoNewline
}

Export-ModuleMember -Function New-TestExport
