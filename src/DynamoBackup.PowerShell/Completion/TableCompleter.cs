using DynamoBackup.PowerShell.Parameters;

namespace DynamoBackup.PowerShell.Completion;

/// <summary>Offers the tables of the account and region.</summary>
internal sealed class TableCompleter : PromptCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<Offer> Find(TypedParameters typed)
    {
        var connection = TypedConnection.Connection(typed);
        return Lookup
            .Find($"tables\n{TypedConnection.Key(connection, typed[nameof(ConnectedCmdlet.Credential)])}", (found, cancellation) =>
                PromptRun.FindTablesAsync(connection, name => found(new Offer(name, name)), cancellation))
            .OrderBy(table => table.Text, StringComparer.OrdinalIgnoreCase);
    }
}
