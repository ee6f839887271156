using System.Management.Automation;
using DynamoBackup.PowerShell.Tests.Support;

namespace DynamoBackup.PowerShell.Tests.Exports;

/// <summary>Every way to give a table definition to Restore-DynamoTable creates the same table.</summary>
public sealed class TableDefinitionTests(Dynalite dynalite) : ExportModuleTest(dynalite)
{
    /// <summary>What <c>aws dynamodb describe-table</c> prints of a table with an index and provisioned units.</summary>
    private const string Described =
        """
        {
            "Table": {
                "AttributeDefinitions": [ { "AttributeName": "pk", "AttributeType": "S" }, { "AttributeName": "amount", "AttributeType": "N" } ],
                "TableName": "Catalog",
                "KeySchema": [ { "AttributeName": "pk", "KeyType": "HASH" } ],
                "TableStatus": "ACTIVE",
                "CreationDateTime": "2026-03-01T10:00:00.000000+01:00",
                "ProvisionedThroughput": { "NumberOfDecreasesToday": 0, "ReadCapacityUnits": 7, "WriteCapacityUnits": 5 },
                "TableSizeBytes": 0, "ItemCount": 0,
                "TableArn": "arn:aws:dynamodb:us-east-1:123456789012:table/Catalog",
                "LocalSecondaryIndexes": [],
                "GlobalSecondaryIndexes": [ {
                    "IndexName": "by-amount", "KeySchema": [ { "AttributeName": "amount", "KeyType": "HASH" } ],
                    "Projection": { "ProjectionType": "INCLUDE", "NonKeyAttributes": [ "tags" ] }, "IndexStatus": "ACTIVE",
                    "ProvisionedThroughput": { "NumberOfDecreasesToday": 0, "ReadCapacityUnits": 3, "WriteCapacityUnits": 2 }, "ItemCount": 0 } ]
            }
        }
        """;

    private const string Hashtable =
        """
        @{
            TableName = 'Catalog'; LocalSecondaryIndexes = @(); BillingModeSummary = $null; CreationDateTime = [datetime]::UtcNow
            KeySchema = @(@{ AttributeName = 'pk'; KeyType = 'HASH' })
            AttributeDefinitions = @(@{ AttributeName = 'pk'; AttributeType = 'S' }, @{ AttributeName = 'amount'; AttributeType = 'N' })
            ProvisionedThroughput = @{ ReadCapacityUnits = 7; WriteCapacityUnits = [long]5 }
            GlobalSecondaryIndexes = @(@{
                IndexName = 'by-amount'; KeySchema = @(@{ AttributeName = 'amount'; KeyType = 'HASH' })
                Projection = @{ ProjectionType = 'INCLUDE'; NonKeyAttributes = @('tags') }
                ProvisionedThroughput = @{ ReadCapacityUnits = 3; WriteCapacityUnits = 2 }
            })
        }
        """;

    [Theory]
    [InlineData("$file")]
    [InlineData("([System.IO.FileInfo]$file)")]
    [InlineData("'~~/definition.json'")]
    [InlineData("$json")]
    [InlineData("$unwrapped")]
    [InlineData("$hashtable")]
    [InlineData("@{ Table = $hashtable }")]
    [InlineData("([pscustomobject]@{ Table = [pscustomobject]$hashtable })")]
    [InlineData("$description")]
    public async Task Each_way_to_give_it_creates_the_table_it_describes(string definition)
    {
        Export("Catalog");
        var described = Folder.Combine("definition.json");
        await File.WriteAllTextAsync(described, Described, Cancel);
        Shell.Set("file", described);
        Shell.Set("json", Described);
        Shell.Set("unwrapped", Described[(Described.IndexOf(':', StringComparison.Ordinal) + 1)..Described.LastIndexOf('}')].Trim());
        Shell.Run($"$global:hashtable = {Hashtable}").Succeeded();
        if (definition == "$description")
            Shell.Set("description", await DescribeAsync(described));
        Shell.Run($"$null = $ExecutionContext.SessionState.Path.SetLocation('{Folder.Path}')").Succeeded();

        var table = Dynalite.UniqueName("new");
        var restored = Shell.Run($"Restore-DynamoTable Catalog $store -TargetTable {table} -TableDefinition {definition.Replace("~~/", "./", StringComparison.Ordinal)} -Verify -Confirm:$false @aws").Single();

        Assert.Equal((ItemCount, "True"), (restored.Number("Written"), restored.Text("Verified")));
        Assert.Equal(
            ["billing PROVISIONED", "throughput 7/5", "key pk HASH", "attribute amount N", "attribute pk S", "global by-amount: amount HASH, INCLUDE(tags), 3/2"],
            TableText.Of(await Dynalite.DescribeAsync(table)));
    }

    [Theory]
    [InlineData("'nowhere.json'", "cannot be read")]
    [InlineData("'{'", "not JSON")]
    [InlineData("'{}'", "no key schema")]
    [InlineData("@{}", "no key schema")]
    [InlineData("@{ TableName = 'Catalog' }", "no key schema")]
    [InlineData("@(@{ a = 1 }, @{ b = 2 })", "not one table")]
    [InlineData("42", "not one table")]
    [InlineData("$loop", "more deeply")]
    [InlineData("$store", "cannot be read")]
    public void Nonsense_is_an_invalid_argument_that_says_what_to_give(string definition, string words)
    {
        Export("Catalog");
        Shell.Run("$global:loop = @{}; $loop.Table = $loop").Succeeded();
        var run = Shell.Run($"Restore-DynamoTable Catalog $store -TargetTable {Dynalite.UniqueName("none")} -TableDefinition {definition} -Confirm:$false @aws");
        var error = run.EndedBy();
        Assert.StartsWith("InvalidArgument,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(words, error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("describe-table", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_definition_is_not_of_two_tables()
    {
        Export("Catalog");
        Export("Orders", new() { Seed = 2 });
        Shell.Set("json", Described);
        var error = Shell.Run("Restore-DynamoTable * $store -TableDefinition $json -Confirm:$false @aws").EndedBy();
        Assert.Contains("-TableDefinition is of one table", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_WhatIf_creates_nothing_and_says_what_it_would()
    {
        Export("Catalog");
        Shell.Set("json", Described);
        var table = Dynalite.UniqueName("none");
        Assert.Empty(Shell.Run($"Restore-DynamoTable Catalog $store -TargetTable {table} -TableDefinition $json -WhatIf @aws").Succeeded());
        Assert.False(await Dynalite.ExistsAsync(table));
    }

    /// <summary>The description as another module's AWS SDK has it: objects of types that the engine's own load context does not know.</summary>
    private async Task<PSObject> DescribeAsync(string file)
    {
        var table = Dynalite.UniqueName("model");
        Export("Model", new() { Seed = 3 });
        Shell.Run($"$null = Restore-DynamoTable Model $store -TargetTable {table} -TableDefinition '{file}' -Confirm:$false @aws").Succeeded();
        return PSObject.AsPSObject(await Dynalite.DescribeAsync(table));
    }
}
