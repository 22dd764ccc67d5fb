using System;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace MicroLake.SdkGenerators;

/// <summary>How a parameter or result of a contract travels.</summary>
internal sealed class FieldType
{
    private const int LengthBytes = 4;
    private const int MostBytes = 1 << 20;

    private FieldType(string typeName, int bytes)
    {
        TypeName = typeName;
        Bytes = bytes;
    }

    /// <summary>As C# spells it.</summary>
    public string TypeName { get; }

    /// <summary>The most bytes that it takes; 0 for a handle.</summary>
    public int Bytes { get; }

    public bool IsHandle { get; private set; }

    /// <summary>The most bytes of a text or a run of bytes; 0 for others.</summary>
    public int MaxLength { get; private set; }

    public bool IsText { get; private set; }

    /// <summary>What <c>MessageReader.Read...</c> is called for the type, of numbers and enumerations.</summary>
    public string Reader { get; private set; } = "";

    /// <summary>The type that an enumeration travels as, or empty.</summary>
    public string Underlying { get; private set; } = "";

    /// <summary>A condition on <c>value</c> that every legal value of an enumeration meets.</summary>
    public string Condition { get; private set; } = "";

    public bool IsArray { get; private set; }

    /// <summary>Null, with the reason, for what no message can hold.</summary>
    /// <param name="isResult">Results are values: a span would point into the message.</param>
    public static FieldType? From(ITypeSymbol type, System.Collections.Immutable.ImmutableArray<AttributeData> attributes, bool isResult, out string problem)
    {
        problem = "";
        string name = type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        if (Primitive(type.SpecialType) is { } primitive)
            return new FieldType(name, primitive.Bytes) { Reader = primitive.Reader };
        if (type is INamedTypeSymbol { TypeKind: TypeKind.Enum, EnumUnderlyingType: { } underlying } enumeration)
        {
            var (bytes, reader) = Primitive(underlying.SpecialType)!.Value;
            return new FieldType(name, bytes)
            {
                Reader = reader,
                Underlying = underlying.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
                Condition = Legal(enumeration),
            };
        }

        if (IsHandleType(type))
            return new FieldType(name, 0) { IsHandle = true };
        bool isText = type.SpecialType == SpecialType.System_String;
        bool isArray = type is IArrayTypeSymbol { Rank: 1, ElementType.SpecialType: SpecialType.System_Byte };
        bool isSpan = type.ToDisplayString() == "System.ReadOnlySpan<byte>";
        if (isText || isArray || (isSpan && !isResult))
        {
            AttributeData? length = attributes.FirstOrDefault(a => a.AttributeClass?.ToDisplayString() == "MicroLake.Sdk.MaxLengthAttribute");
            if (length?.ConstructorArguments[0].Value is int most and >= 1 and <= MostBytes)
                return new FieldType(name, LengthBytes + most) { MaxLength = most, IsText = isText, IsArray = isArray };
            problem = $"needs [{(isResult ? "return: " : "")}MaxLength(n)] with n from 1 to {MostBytes}";
            return null;
        }

        problem = $"is of type {type.ToDisplayString()}; a contract takes numbers, bool, char, enumerations, string, byte[], "
            + "ReadOnlySpan<byte> (not as a result) and handles";
        return null;
    }

    private static bool IsHandleType(ITypeSymbol? type)
    {
        for (; type is not null; type = type.BaseType)
            if (type.ToDisplayString() == "MicroLake.Sdk.Handle")
                return true;
        return false;
    }

    private static (int Bytes, string Reader)? Primitive(SpecialType type) => type switch
    {
        SpecialType.System_Boolean => (1, "ReadBoolean"),
        SpecialType.System_Byte => (1, "ReadByte"),
        SpecialType.System_SByte => (1, "ReadSByte"),
        SpecialType.System_Char => (2, "ReadChar"),
        SpecialType.System_Int16 => (2, "ReadInt16"),
        SpecialType.System_UInt16 => (2, "ReadUInt16"),
        SpecialType.System_Int32 => (4, "ReadInt32"),
        SpecialType.System_UInt32 => (4, "ReadUInt32"),
        SpecialType.System_Int64 => (8, "ReadInt64"),
        SpecialType.System_UInt64 => (8, "ReadUInt64"),
        SpecialType.System_Single => (4, "ReadSingle"),
        SpecialType.System_Double => (8, "ReadDouble"),
        _ => null,
    };

    private static string Legal(INamedTypeSymbol enumeration)
    {
        object[] values = [.. enumeration.GetMembers().OfType<IFieldSymbol>().Where(f => f.HasConstantValue).Select(f => f.ConstantValue!).Distinct()];
        if (values.Length == 0)
            return "false";
        bool isFlags = enumeration.GetAttributes().Any(a => a.AttributeClass?.ToDisplayString() == "System.FlagsAttribute");
        if (!isFlags)
            return "value is " + string.Join(" or ", values.Select(v => Convert.ToString(v, CultureInfo.InvariantCulture)));
        ulong all = values.Aggregate(0ul, (sum, v) => sum | (v is ulong large ? large : unchecked((ulong)Convert.ToInt64(v, CultureInfo.InvariantCulture))));
        return $"(unchecked((ulong)value) & ~{all}ul) == 0";
    }
}
