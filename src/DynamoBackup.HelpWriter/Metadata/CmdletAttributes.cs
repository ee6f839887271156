using System.Collections.ObjectModel;
using System.Reflection;

namespace DynamoBackup.HelpWriter.Metadata;

/// <summary>Reads PowerShell's attributes, which exist as metadata only and so cannot be asked as objects.</summary>
internal static class CmdletAttributes
{
    private const string PowerShellNamespace = "System.Management.Automation.";

    /// <summary>The attributes of one of PowerShell's types on a class or a property.</summary>
    public static IEnumerable<CustomAttributeData> Of(MemberInfo member, string attributeName) =>
        member.GetCustomAttributesData().Where(attribute => attribute.AttributeType.FullName == PowerShellNamespace + attributeName);

    /// <summary>A named argument's value, or a default where it is not given.</summary>
    public static T Named<T>(this CustomAttributeData attribute, string name, T otherwise) => attribute.NamedArguments
        .Where(argument => argument.MemberName == name)
        .Select(argument => (T)argument.TypedValue.Value!)
        .FirstOrDefault(otherwise);

    /// <summary>The constructor's arguments of one type, those of <c>params</c> arrays included.</summary>
    public static IEnumerable<T> Arguments<T>(this CustomAttributeData attribute) => attribute.ConstructorArguments
        .SelectMany(argument => argument.Value is ReadOnlyCollection<CustomAttributeTypedArgument> array ? [.. array] : new[] { argument })
        .Select(argument => argument.Value)
        .OfType<T>();
}
