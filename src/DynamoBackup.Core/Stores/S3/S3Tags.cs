namespace DynamoBackup.Stores.S3;

/// <summary>The rules for an object's tags (source: Amazon S3 User Guide, "Categorizing your objects using tags").</summary>
internal static class S3Tags
{
    private const int MostTags = 10;
    private const int LongestKey = 128;
    private const int LongestValue = 256;

    /// <summary>Returns the tags where they keep the rules.</summary>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.InvalidArgument"/>.</exception>
    public static IReadOnlyDictionary<string, string> Check(IReadOnlyDictionary<string, string> tags)
    {
        if (tags.Count > MostTags)
            throw Invalid($"{tags.Count} tags are too many: an object has at most {MostTags}", null);
        foreach (var (key, value) in tags)
        {
            if (key.Length is 0 or > LongestKey)
                throw Invalid($"a tag's key has 1 to {LongestKey} characters, which '{key}' has not", key);
            if (value.Length > LongestValue)
                throw Invalid($"the value of tag '{key}' has more than {LongestValue} characters", key);
            if (key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
                throw Invalid($"keys that begin with 'aws:', such as '{key}', are AWS's own", key);
            if (!key.All(IsAllowed) || !value.All(IsAllowed))
                throw Invalid($"tag '{key}' holds a character other than letters, digits, spaces and + - = . _ : / @", key);
        }

        return tags;
    }

    private static bool IsAllowed(char character) =>
        char.IsLetterOrDigit(character) || char.IsSurrogate(character) || character is ' ' or '+' or '-' or '=' or '.' or '_' or ':' or '/' or '@';

    private static DynamoBackupException Invalid(string why, string? key) => new(BackupErrorCode.InvalidArgument, $"The tags cannot be used: {why}. Change -StoreTag.", key);
}
