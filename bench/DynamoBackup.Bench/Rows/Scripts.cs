using DynamoBackup.Bench.Harness;

namespace DynamoBackup.Bench.Rows;

/// <summary>What the rows of the module type at the prompt. Every check is on, for every check is on by default.</summary>
internal static class Scripts
{
    /// <summary>Backs the table up; further parameters as one would type them.</summary>
    public static Func<RowPlace, ChildStart> Backup(string parameters) => place => Start(place, $$"""
        $backup = Backup-DynamoTable Replay -Destination $folder -EndpointUrl $endpoint {{parameters}}
        "Items: $($backup.ItemCount)"
        """);

    /// <summary>Restores into a new table; further parameters as one would type them.</summary>
    public static Func<RowPlace, ChildStart> Restore(string parameters = "") => place => Start(place, $$"""
        $restore = Restore-DynamoTable Replay -Source $backups -TargetTable $table -EndpointUrl $endpoint -Confirm:$false {{parameters}}
        "Items: $($restore.Written)"
        """);

    /// <summary>Makes the table again what its backup is; a result that names another number of items written is an error.</summary>
    public static Func<RowPlace, ChildStart> Replace(long changed) => place => Start(place, $$"""
        $restore = Restore-DynamoTable Replay -Source $backups -Mode Replace -EndpointUrl $endpoint -WorkingDirectory $folder -Force -Confirm:$false
        if ($restore.Written -ne {{changed}}) { throw "Written: $($restore.Written), not {{changed}}" }
        "Items: $($restore.Written + $restore.Unchanged)"
        """);

    /// <summary>Tests the backup; one that is not valid is an error.</summary>
    public static Func<RowPlace, ChildStart> Test(string level) => place => Start(place, $$"""
        $test = Test-DynamoBackup Replay -Source $backups -Level {{level}}
        if (-not $test.IsValid) { throw "Not valid: $($test.Findings)" }
        "Items: $($test.ItemCount)"
        """);

    /// <summary>Times the import and then a first command, inside an engine that is up.</summary>
    public static Func<RowPlace, ChildStart> FirstCommand(string command) => place => Start(place, $$"""
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        Import-Module $manifest
        "Phase: import $($clock.Elapsed.TotalSeconds.ToString([cultureinfo]::InvariantCulture))"
        $clock.Restart()
        $null = {{command}}
        "Phase: first $($clock.Elapsed.TotalSeconds.ToString([cultureinfo]::InvariantCulture))"
        "Items: 0"
        """, importsModule: false);

    private static ChildStart Start(RowPlace place, string script, bool importsModule = true) => Self.StartScript(
        script, importsModule, ("folder", place.Folder), ("endpoint", place.Endpoint), ("backups", place.Backup), ("table", place.Table));
}
