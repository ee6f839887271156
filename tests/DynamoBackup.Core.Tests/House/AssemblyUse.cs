using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace DynamoBackup.Core.Tests.House;

/// <summary>
/// Which types an assembly's types use: in their bases, members, attributes and inside their methods' code. Nested types, and so lambdas
/// and async methods, count for the type that they are in.
/// </summary>
internal sealed class AssemblyUse : IDisposable
{
    private readonly PEReader _file;
    private readonly MetadataReader _metadata;
    private readonly Dictionary<string, HashSet<string>> _uses = new(StringComparer.Ordinal);

    private AssemblyUse(string path)
    {
        _file = new PEReader(File.OpenRead(path));
        _metadata = _file.GetMetadataReader();
        References = [.. _metadata.AssemblyReferences.Select(handle => _metadata.GetString(_metadata.GetAssemblyReference(handle).Name))];
        foreach (var handle in _metadata.TypeDefinitions)
            ReadType(handle);
    }

    /// <summary>Names of the assemblies that it references.</summary>
    public IReadOnlyList<string> References { get; }

    /// <summary>The full names of its outermost types, each with the full names of the outermost types that it uses.</summary>
    public IReadOnlyDictionary<string, HashSet<string>> Uses => _uses;

    public static AssemblyUse Of(string path) => new(path);

    /// <summary>All uses that a rule forbids, one a line, to be shown where there are any.</summary>
    public IEnumerable<string> Forbidden(Func<string, bool> user, Func<string, bool> used) =>
        from type in _uses
        where user(type.Key)
        from other in type.Value
        where used(other)
        orderby type.Key, other
        select $"{type.Key} uses {other}";

    public void Dispose() => _file.Dispose();

    private void ReadType(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        var owner = NameOf(handle);
        if (!_uses.TryGetValue(owner, out var uses))
            _uses.Add(owner, uses = new HashSet<string>(StringComparer.Ordinal));
        var collector = new TypeNameCollector(this, uses);

        Add(type.BaseType, collector);
        foreach (var implemented in type.GetInterfaceImplementations())
            Add(_metadata.GetInterfaceImplementation(implemented).Interface, collector);
        foreach (var field in type.GetFields().Select(_metadata.GetFieldDefinition))
        {
            field.DecodeSignature(collector, null);
            AddAttributes(field.GetCustomAttributes(), collector);
        }

        foreach (var method in type.GetMethods().Select(_metadata.GetMethodDefinition))
        {
            method.DecodeSignature(collector, null);
            AddAttributes(method.GetCustomAttributes(), collector);
            AddConstraints(method.GetGenericParameters(), collector);
            if (method.RelativeVirtualAddress != 0)
                AddBody(_file.GetMethodBody(method.RelativeVirtualAddress), collector);
        }

        AddAttributes(type.GetCustomAttributes(), collector);
        AddConstraints(type.GetGenericParameters(), collector);
    }

    private void AddBody(MethodBodyBlock body, TypeNameCollector collector)
    {
        Add(body.LocalSignature, collector);
        foreach (var region in body.ExceptionRegions)
            Add(region.CatchType, collector);
        foreach (var token in MethodCode.TokensOf(body.GetILBytes()!))
            Add(MetadataTokens.EntityHandle(token), collector);
    }

    private void AddConstraints(GenericParameterHandleCollection parameters, TypeNameCollector collector)
    {
        foreach (var constraint in parameters.SelectMany(handle => _metadata.GetGenericParameter(handle).GetConstraints()))
            Add(_metadata.GetGenericParameterConstraint(constraint).Type, collector);
    }

    private void AddAttributes(CustomAttributeHandleCollection attributes, TypeNameCollector collector)
    {
        foreach (var attribute in attributes)
            Add(_metadata.GetCustomAttribute(attribute).Constructor, collector);
    }

    private void Add(EntityHandle handle, TypeNameCollector collector)
    {
        if (handle.IsNil)
            return;
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition or HandleKind.TypeReference:
                collector.Add(NameOf(handle));
                break;
            case HandleKind.TypeSpecification:
                _metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(collector, null);
                break;
            case HandleKind.FieldDefinition:
                Add(_metadata.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType(), collector);
                break;
            case HandleKind.MethodDefinition:
                Add(_metadata.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType(), collector);
                break;
            case HandleKind.MemberReference:
                var member = _metadata.GetMemberReference((MemberReferenceHandle)handle);
                Add(member.Parent, collector);
                if (member.GetKind() == MemberReferenceKind.Field)
                    member.DecodeFieldSignature(collector, null);
                else
                    member.DecodeMethodSignature(collector, null);
                break;
            case HandleKind.MethodSpecification:
                var specification = _metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                Add(specification.Method, collector);
                specification.DecodeSignature(collector, null);
                break;
            case HandleKind.StandaloneSignature:
                var signature = _metadata.GetStandaloneSignature((StandaloneSignatureHandle)handle);
                if (signature.GetKind() == StandaloneSignatureKind.LocalVariables)
                    signature.DecodeLocalSignature(collector, null);
                else
                    signature.DecodeMethodSignature(collector, null);
                break;
        }
    }

    private string NameOf(EntityHandle handle)
    {
        if (handle.Kind == HandleKind.TypeReference)
        {
            var reference = _metadata.GetTypeReference((TypeReferenceHandle)handle);
            return reference.ResolutionScope.Kind == HandleKind.TypeReference ? NameOf(reference.ResolutionScope) : FullName(reference.Namespace, reference.Name);
        }

        var definition = _metadata.GetTypeDefinition((TypeDefinitionHandle)handle);
        return definition.GetDeclaringType() is { IsNil: false } outer ? NameOf(outer) : FullName(definition.Namespace, definition.Name);
    }

    private string FullName(StringHandle space, StringHandle name) =>
        space.IsNil ? _metadata.GetString(name) : $"{_metadata.GetString(space)}.{_metadata.GetString(name)}";

    /// <summary>Walks through a signature and keeps the names of the types in it.</summary>
    private sealed class TypeNameCollector(AssemblyUse assembly, HashSet<string> names) : ISignatureTypeProvider<object?, object?>
    {
        public void Add(string name) => names.Add(name);

        public object? GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => Keep(assembly.NameOf(handle));

        public object? GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => Keep(assembly.NameOf(handle));

        public object? GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

        public object? GetArrayType(object? elementType, ArrayShape shape) => null;

        public object? GetByReferenceType(object? elementType) => null;

        public object? GetFunctionPointerType(MethodSignature<object?> signature) => null;

        public object? GetGenericInstantiation(object? genericType, ImmutableArray<object?> typeArguments) => null;

        public object? GetGenericMethodParameter(object? genericContext, int index) => null;

        public object? GetGenericTypeParameter(object? genericContext, int index) => null;

        public object? GetModifiedType(object? modifier, object? unmodifiedType, bool isRequired) => null;

        public object? GetPinnedType(object? elementType) => null;

        public object? GetPointerType(object? elementType) => null;

        public object? GetPrimitiveType(PrimitiveTypeCode typeCode) => null;

        public object? GetSZArrayType(object? elementType) => null;

        private object? Keep(string name)
        {
            names.Add(name);
            return null;
        }
    }
}
