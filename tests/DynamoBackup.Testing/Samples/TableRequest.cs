using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace DynamoBackup.Testing;

/// <summary>Turns a <see cref="TableShape"/> into the request that creates such a table.</summary>
internal static class TableRequest
{
    public static CreateTableRequest For(string name, TableShape shape)
    {
        if (shape.LocalIndex && shape.RangeKeyType is null)
            throw new ArgumentException("A local index needs a table with a range key.", nameof(shape));

        var request = new CreateTableRequest
        {
            TableName = name,
            KeySchema = [Hash(TableShape.HashKey)],
            AttributeDefinitions = [new(TableShape.HashKey, shape.HashKeyType)],
            BillingMode = shape.Provisioned ? BillingMode.PROVISIONED : BillingMode.PAY_PER_REQUEST,
            ProvisionedThroughput = Throughput(shape),
        };
        if (shape.RangeKeyType is { } rangeType)
        {
            request.KeySchema.Add(Range(TableShape.RangeKey));
            request.AttributeDefinitions.Add(new(TableShape.RangeKey, rangeType));
        }

        if (shape.GlobalIndex) AddGlobalIndex(request, shape);
        if (shape.LocalIndex) AddLocalIndex(request);
        return request;
    }

    private static void AddGlobalIndex(CreateTableRequest request, TableShape shape)
    {
        request.AttributeDefinitions.Add(new("status", ScalarAttributeType.S));
        request.AttributeDefinitions.Add(new("created", ScalarAttributeType.S));
        request.GlobalSecondaryIndexes =
        [
            new()
            {
                IndexName = TableShape.GlobalIndexName,
                KeySchema = [Hash("status"), Range("created")],
                Projection = new() { ProjectionType = ProjectionType.ALL },
                ProvisionedThroughput = Throughput(shape),
            },
        ];
    }

    private static void AddLocalIndex(CreateTableRequest request)
    {
        request.AttributeDefinitions.Add(new("amount", ScalarAttributeType.N));
        request.LocalSecondaryIndexes =
        [
            new()
            {
                IndexName = TableShape.LocalIndexName,
                KeySchema = [Hash(TableShape.HashKey), Range("amount")],
                Projection = new() { ProjectionType = ProjectionType.INCLUDE, NonKeyAttributes = ["status"] },
            },
        ];
    }

    private static ProvisionedThroughput? Throughput(TableShape shape) =>
        shape.Provisioned ? new(shape.ReadCapacity, shape.WriteCapacity) : null;

    private static KeySchemaElement Hash(string name) => new(name, KeyType.HASH);

    private static KeySchemaElement Range(string name) => new(name, KeyType.RANGE);
}
