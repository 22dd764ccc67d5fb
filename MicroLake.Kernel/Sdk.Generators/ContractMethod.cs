using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace MicroLake.SdkGenerators;

/// <summary>A method of a contract.</summary>
internal sealed class ContractMethod
{
    private const int MaxHandles = 4;

    /// <summary>Bytes of a message's words; what may be longer travels in shared memory.</summary>
    private const int InlineBytes = 64;

    private ContractMethod(string name, int number, int since)
    {
        Name = name;
        Number = number;
        Since = since;
    }

    public string Name { get; }

    /// <summary>In messages; the first method is 1.</summary>
    public int Number { get; }

    public int Since { get; }

    public List<(string Name, FieldType Type)> Parameters { get; } = [];

    /// <summary>Null for void.</summary>
    public FieldType? Result { get; private set; }

    /// <summary>Bytes of the longest call, and of the longest answer.</summary>
    public int CallBytes => Parameters.Sum(p => p.Type.Bytes);

    public int AnswerBytes => Result?.Bytes ?? 0;

    public bool SharesCall => CallBytes > InlineBytes;

    public bool SharesAnswer => AnswerBytes > InlineBytes;

    /// <summary>Whether a call or an answer may be longer than the words of a message.</summary>
    public bool IsShared => SharesCall || SharesAnswer;

    public int HandleCount => Parameters.Count(p => p.Type.IsHandle);

    /// <summary>Null, with the reason, for a method that cannot be called by messages.</summary>
    public static ContractMethod? From(IMethodSymbol method, int number, int version, out string problem)
    {
        problem = "";
        object? since = method.GetAttributes()
            .FirstOrDefault(a => a.AttributeClass?.ToDisplayString() == "MicroLake.Sdk.SinceAttribute")?.ConstructorArguments[0].Value;
        var contract = new ContractMethod(method.Name, number, since as int? ?? 1);
        if (contract.Since < 1 || contract.Since > version)
            problem = $"[Since({contract.Since})] is outside of the contract's versions 1 to {version}";
        else if (method.IsGenericMethod)
            problem = "a method of a contract cannot be generic";
        else if (method.RefKind != RefKind.None)
            problem = "a result cannot be a reference";
        if (problem.Length > 0)
            return null;
        foreach (IParameterSymbol parameter in method.Parameters)
        {
            if (parameter.RefKind != RefKind.None)
            {
                problem = $"parameter '{parameter.Name}' cannot be ref, out or in";
                return null;
            }

            FieldType? type = FieldType.From(parameter.Type, parameter.GetAttributes(), isResult: false, out problem);
            if (type is null)
            {
                problem = $"parameter '{parameter.Name}' {problem}";
                return null;
            }

            contract.Parameters.Add((parameter.Name, type));
        }

        if (contract.HandleCount > MaxHandles)
        {
            problem = $"a message takes {MaxHandles} handles";
            return null;
        }

        if (method.ReturnsVoid)
            return contract;
        contract.Result = FieldType.From(method.ReturnType, method.GetReturnTypeAttributes(), isResult: true, out problem);
        if (contract.Result is not null)
            return contract;
        problem = $"the result {problem}";
        return null;
    }
}
