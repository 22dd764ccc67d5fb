namespace MicroLake.Nn;

/// <summary>A model file that cannot be used: damaged, hostile, or beyond what this library implements. The message says what
/// is wrong, in which node or tensor, and what to do.</summary>
public class ModelFormatException : Exception
{
    public ModelFormatException(string message, string? where = null, Exception? inner = null)
        : base(where is null ? message : $"{where}: {message}", inner) => Where = where;

    /// <summary>The node or tensor, or null when the file as a whole is meant.</summary>
    public string? Where { get; }
}

/// <summary>A model that uses an operator, or an operator's option, that this library lacks.</summary>
public sealed class UnsupportedOperatorException(string message, string where, string operatorName)
    : ModelFormatException(message, where)
{
    /// <summary>The operator's name, with its domain when that is not ONNX's own.</summary>
    public string OperatorName { get; } = operatorName;
}

/// <summary>A model that would take more than <see cref="ModelLimits"/> allows.</summary>
public sealed class ModelLimitException(string message, string? where = null) : ModelFormatException(message, where);

/// <summary>A sound model asked for something that it cannot do: a batch, a shape or a type that it is not made for.</summary>
public class InferenceException(string message) : Exception(message);

/// <summary>A shape depends on something that only the caller can give: a named dimension or the value of an input.</summary>
public sealed class UnresolvedShapeException(string message) : InferenceException(message);
