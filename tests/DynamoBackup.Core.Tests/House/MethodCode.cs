using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace DynamoBackup.Core.Tests.House;

/// <summary>Finds the metadata tokens in a method's IL.</summary>
internal static class MethodCode
{
    private static readonly Dictionary<int, OperandType> Operands = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value & 0xffff, code => code.OperandType);

    public static IEnumerable<int> TokensOf(byte[] code)
    {
        for (var position = 0; position < code.Length;)
        {
            // Codes of two bytes begin with 0xfe.
            int operation = code[position++];
            if (operation == 0xfe)
                operation = operation << 8 | code[position++];
            var operand = Operands[operation];
            if (operand is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok or OperandType.InlineSig)
                yield return BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(position));
            position += operand switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(position)),
                _ => 4,
            };
        }
    }
}
