using Amazon.DynamoDBv2.Model;

namespace DynamoBackup.Testing;

/// <summary>Attribute values, one short name for each DynamoDB type.</summary>
public static class Attr
{
    public static AttributeValue S(string text) => new() { S = text };

    public static AttributeValue N(string number) => new() { N = number };

    public static AttributeValue B(params byte[] bytes) => new() { B = new MemoryStream(bytes) };

    public static AttributeValue Bool(bool value) => new() { BOOL = value };

    public static AttributeValue Null() => new() { NULL = true };

    public static AttributeValue L(params List<AttributeValue> values) => new() { L = values };

    public static AttributeValue M(params IEnumerable<(string Name, AttributeValue Value)> members) =>
        new() { M = members.ToDictionary(member => member.Name, member => member.Value) };

    public static AttributeValue SS(params List<string> members) => new() { SS = members };

    public static AttributeValue NS(params List<string> members) => new() { NS = members };

    public static AttributeValue BS(params IEnumerable<byte[]> members) => new() { BS = [.. members.Select(bytes => new MemoryStream(bytes))] };
}
