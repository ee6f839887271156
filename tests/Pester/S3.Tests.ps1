BeforeDiscovery {
    Import-Module $PSScriptRoot/TestStore.psm1 -Force
    $obstacle = Get-TestStoreObstacle
}

Describe "A store in S3$(if ($obstacle) { " ($obstacle)" })" -Skip:([bool] $obstacle) {
    BeforeAll {
        Import-Module $PSScriptRoot/TestServer.psm1, $PSScriptRoot/TestStore.psm1 -Force
        $manifest = Import-BuiltModule
        $server = Start-TestServer
        $rados = Start-TestStore
        $aws = Get-TestConnection $server
        # The table's keys are -AccessKey's, the store's a profile's.
        Set-TestStoreProfile "$TestDrive/credentials"
        $s3 = @{ StoreEndpointUrl = $rados.Endpoint; StoreProfileName = 'store'; ProfileLocation = "$TestDrive/credentials" }
    }

    AfterAll {
        Stop-TestStore $rados
        Stop-TestServer $server
    }

    BeforeEach {
        $bucket = New-TestBucket $rados
        $place = "s3://$bucket/backups"
        $table = New-TestTable $server -Items 30
        $target = "copy-$([guid]::NewGuid().ToString('n').Substring(0, 12))"
    }

    It 'is written, listed, proved and restored from' {
        $backup = Backup-DynamoTable $table $place @s3 @aws
        $backup.Location | Should -Be $place
        (Get-DynamoBackup $table $place @s3).Id | Should -Be $backup.Id
        ($backup | Test-DynamoBackup -Level Content @s3).IsValid | Should -BeTrue
        (Test-DynamoBackup $table $place -Level Live @s3 @aws).IsValid | Should -BeTrue
        (Get-DynamoBackup $table $place @s3 | Restore-DynamoTable -TargetTable $target -Verify -Confirm:$false @s3 @aws).Verified | Should -BeTrue
        Get-TestItem $server $target | Should -Be (Get-TestItem $server $table)
    }

    It 'holds objects of the class and with the tags that were asked for' {
        $null = Backup-DynamoTable $table $place -StorageClass STANDARD_IA -StoreTag @{ team = 'data'; cost = 4711 } @s3 @aws
        $objects = Get-TestObject $rados $bucket
        $objects.Key | Should -BeLike "backups/$table/AWSDynamoDB/*"
        $data = $objects | Where-Object Key -Like '*/data/*'
        $data.StorageClass | Select-Object -Unique | Should -Be STANDARD_IA
        $objects | Where-Object Key -NotLike '*/data/*' | ForEach-Object StorageClass | Select-Object -Unique | Should -Be STANDARD
        Get-TestObjectTag $rados $bucket $data[0].Key | Should -Be 'cost=4711', 'team=data'
    }

    It 'encrypts with a key of KMS and records it' {
        $backup = Backup-DynamoTable $table $place -StoreEncryption Kms -StoreKmsKeyId testkey-1 @s3 @aws
        $data = Get-TestObject $rados $bucket | Where-Object Key -Like '*/data/*' | Select-Object -First 1
        $headers = (Invoke-TestStore $rados HEAD "/$bucket/$($data.Key)").Headers
        $headers['x-amz-server-side-encryption'] | Should -Be 'aws:kms'
        $headers['x-amz-server-side-encryption-aws-kms-key-id'] | Should -Be testkey-1
        $summary = (Invoke-TestStore $rados GET "/$bucket/backups/$($backup.Path)/manifest-summary.json").Content
        ($summary | ConvertFrom-Json).s3SseKmsKeyId | Should -Be testkey-1
        ($backup | Test-DynamoBackup @s3).IsValid | Should -BeTrue
    }

    It 'takes checksums and addresses as services have them: <Checksum>' -ForEach @{ Checksum = 'Md5' }, @{ Checksum = 'Auto' } {
        (Backup-DynamoTable $table $place -StoreChecksum $Checksum -StorePathStyle $true -StoreRegion us-east-1 @s3 @aws | Test-DynamoBackup @s3).IsValid | Should -BeTrue
    }

    It 'is fed with a folder by one scan' {
        $folder = Join-Path $TestDrive ([guid]::NewGuid())
        $backups = Backup-DynamoTable $table $folder, $place @s3 @aws
        $backups.Location | Should -Be $folder, $place
        $backups.Id | Select-Object -Unique | Should -HaveCount 1
        ($backups | Test-DynamoBackup -Level Content @s3).IsValid | Should -Be $true, $true
        (Get-DynamoBackup -Source $folder, $place @s3).Location | Should -Be $folder, $place
    }

    It 'is completed when the folder beside it fails, and the other way round' {
        $file = New-Item "$TestDrive/$([guid]::NewGuid())" -Value 'a file, where the folder should be'
        (Backup-DynamoTable $table $file.FullName, $place -ErrorAction SilentlyContinue -ErrorVariable missed @s3 @aws).Location | Should -Be $place
        $missed[0].TargetObject | Should -Be $file.FullName
        $folder = Join-Path $TestDrive ([guid]::NewGuid())
        (Backup-DynamoTable $table $folder, 's3://no-such-bucket/x' -ErrorAction SilentlyContinue -ErrorVariable missed -WarningVariable warned @s3 @aws).Location | Should -Be $folder
        $missed[0].FullyQualifiedErrorId | Should -BeLike 'StoreNotFound,*'
        $warned | Should -BeNullOrEmpty
    }

    It 'is found in the environment' {
        try {
            $env:DYNAMOBACKUP_STORE = $place
            (Backup-DynamoTable $table @s3 @aws).Location | Should -Be $place
            (Test-DynamoBackup $table @s3).IsValid | Should -BeTrue
        }
        finally { $env:DYNAMOBACKUP_STORE = $null }
    }

    It 'that lacks a data file is told so, and not restored from' {
        $backup = Backup-DynamoTable $table $place @s3 @aws
        Remove-TestObject $rados $bucket (Get-TestObject $rados $bucket | Where-Object Key -Like '*/data/*' | Select-Object -First 1).Key
        $proof = $backup | Test-DynamoBackup @s3
        $proof.IsValid | Should -BeFalse
        $proof.Findings.Kind | Should -Contain FileMissing
        { $backup | Restore-DynamoTable -TargetTable $target -Confirm:$false -ErrorAction Stop @s3 @aws } | Should -Throw -ErrorId 'BackupDamaged,*'
        Test-TestTable $server $target | Should -BeFalse
    }

    It 'says what is wrong: <Name>' -ForEach @(
        @{ Name = 'no such bucket'; Place = 's3://no-such-bucket/x'; Given = @{}; Expected = 'StoreNotFound' }
        @{ Name = 'an archive class'; Place = $null; Given = @{ StorageClass = 'DEEP_ARCHIVE' }; Expected = 'InvalidArgument' }
        @{ Name = 'no such profile'; Place = $null; Given = @{ StoreProfileName = 'none' }; Expected = 'ProfileNotFound' }
        @{ Name = 'nobody there'; Place = $null; Given = @{ StoreEndpointUrl = 'http://127.0.0.1:9' }; Expected = 'EndpointUnreachable' }
    ) {
        $given = $s3.Clone()
        foreach ($name in $_.Given.Keys) { $given[$name] = $_.Given[$name] }
        { Backup-DynamoTable $table ($_.Place ?? $place) @given @aws } | Should -Throw -ErrorId "$($_.Expected),*"
        Get-TestObject $rados $bucket | Should -BeNullOrEmpty
    }

    It 'keeps others out' {
        $null = Backup-DynamoTable $table $place @s3 @aws
        { Get-DynamoBackup -Source $place -StoreEndpointUrl $rados.Endpoint -Region us-east-1 -AccessKey otherkey -SecretKey othersecret } | Should -Throw -ErrorId 'StoreAccessDenied,*'
        { Get-DynamoBackup -Source $place -StoreEndpointUrl $rados.Endpoint -Region us-east-1 -AccessKey testkey -SecretKey wrong } | Should -Throw -ErrorId '*,DynamoBackup.PowerShell.Commands.GetDynamoBackupCommand'
    }

    It 'keeps nothing of a backup that is left in mid-run' {
        $slow = Start-TestServer
        try {
            $large = New-TestTable $slow -Items 1000
            $connection = Get-TestConnection $slow
            Backup-DynamoTable $large $place -Segments 500 -Verbose @s3 @connection 4>&1 | Where-Object { "$_" -like 'Backing up*' } | Select-Object -First 1 |
                Should -BeLike "*$large*"
        }
        finally { Stop-TestServer $slow }
        Get-TestObject $rados $bucket | Should -BeNullOrEmpty
        ([xml] (Invoke-TestStore $rados GET "/$bucket" @{ uploads = '' }).Content).ListMultipartUploadsResult.Upload | Should -BeNullOrEmpty
    }

    It 'is read by several commands at a time' {
        $null = Backup-DynamoTable $table $place @s3 @aws
        $proofs = 1..4 | ForEach-Object -ThrottleLimit 4 -Parallel {
            Import-Module $using:manifest
            $s3 = $using:s3
            Test-DynamoBackup -Source $using:place @s3
        }
        $proofs.IsValid | Should -Be $true, $true, $true, $true
    }

    It 'tells with -WhatIf where it would write, and writes nothing' {
        $said = Read-Transcript { Backup-DynamoTable $table $place -WhatIf @s3 @aws }
        $said | Should -Match ([regex]::Escape("to $place"" on target ""$table"""))
        Get-TestObject $rados $bucket | Should -BeNullOrEmpty
    }

    It 'is looked into by completion' {
        $backup = Backup-DynamoTable $table $place @s3 @aws
        $line = "Restore-DynamoTable -Source $place @s3 -TableName "
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be $table
        $line = "Restore-DynamoTable $table -Source $place @s3 -Id "
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be $backup.Id
    }
}
