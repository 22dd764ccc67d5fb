namespace MicroLake.Nn.Operators;

/// <summary>The operators that this library has.</summary>
internal static class OperatorTable
{
    private static readonly Dictionary<string, Operator> s_operators = new Operator[]
    {
        new Add(), new ArgMax(), new Cast(), new Concat(), new Constant(), new Div(), new Flatten(), new Gemm(), new Identity(),
        new LeakyRelu(), new MatMul(), new Mul(), new Relu(), new Reshape(), new Sigmoid(), new Softmax(), new Sub(), new Tanh(),
    }.ToDictionary(op => op.Name);

    /// <summary>Names of all operators, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_operators.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The operator that a node of the file asks for.</summary>
    /// <exception cref="UnsupportedOperatorException">There is no such operator here.</exception>
    public static Operator Find(string domain, string name, string where)
    {
        if (domain.Length == 0 && s_operators.TryGetValue(name, out Operator? found))
            return found;
        string full = domain.Length == 0 ? name : $"{domain}.{name}";
        throw new UnsupportedOperatorException($"the operator {full} is not supported. Supported are {string.Join(", ", Names)}: rewrite this part of the model with these.", where, full);
    }
}
