namespace MicroLake.Shell;

/// <summary>
/// Takes a command's arguments apart: first ask for options by name, then for operands in order, then call
/// <see cref="End"/>. Options may stand anywhere; <c>--</c> ends them. Mistakes become one usage error.
/// </summary>
public sealed class ArgumentReader
{
    private readonly CommandDescriptor _command;
    private readonly List<string> _options = [];
    private readonly List<string> _literals = [];
    private readonly bool _hasEnd;
    private readonly string? _action;

    public ArgumentReader(CommandDescriptor command, IReadOnlyList<string> arguments)
    {
        _command = command;
        int end = arguments.Count;
        for (int i = 0; i < arguments.Count && end == arguments.Count; i++)
            if (arguments[i] == "--")
                end = i;
        _hasEnd = end < arguments.Count;
        _options.AddRange(arguments.Take(end));
        _literals.AddRange(arguments.Skip(end + 1));
        _action = _options.Find(argument => !IsOption(argument));
    }

    /// <summary>True when the option is there; takes it.</summary>
    public bool Flag(params ReadOnlySpan<string> names)
    {
        bool found = false;
        foreach (string name in names)
            found |= _options.RemoveAll(argument => argument == name) > 0;
        return found;
    }

    /// <summary>The value of an option, <c>--name VALUE</c> or <c>--name=VALUE</c>; null when it is not there.</summary>
    public string? Value(string name)
    {
        string? value = null;
        for (int i = 0; i < _options.Count;)
        {
            if (_options[i].StartsWith(name + "=", StringComparison.Ordinal))
            {
                value = _options[i][(name.Length + 1)..];
                _options.RemoveAt(i);
            }
            else if (_options[i] == name)
            {
                if (i + 1 == _options.Count)
                    throw Error($"{name} needs a value");
                value = _options[i + 1];
                _options.RemoveRange(i, 2);
            }
            else
            {
                i++;
            }
        }
        return value;
    }

    /// <summary>Options with values that stand before all operands, in their order; for commands whose operands have options of their own.</summary>
    public IReadOnlyList<(string Name, string Value)> LeadingOptions(params ReadOnlySpan<string> names)
    {
        List<(string, string)> options = [];
        while (_options.Count > 0 && names.Contains(_options[0]))
        {
            if (_options.Count == 1)
                throw Error($"{_options[0]} needs a value");
            options.Add((_options[0], _options[1]));
            _options.RemoveRange(0, 2);
        }
        return options;
    }

    /// <summary>The value of an option as a whole number in a range.</summary>
    public int? Number(string name, int minimum, int maximum)
    {
        string? text = Value(name);
        if (text is null)
            return null;
        if (int.TryParse(text, out int number) && number >= minimum && number <= maximum)
            return number;
        throw Error($"{name} is '{Printable.Shorten(text)}', not a whole number from {minimum} to {maximum}");
    }

    /// <summary>The next operand.</summary>
    /// <param name="what">What it is, as in the usage, for the message when it is missing.</param>
    public string Required(string what) => Optional() ?? throw Error($"{what} is missing");

    /// <summary>The next operand; null when there is none.</summary>
    public string? Optional()
    {
        List<string> from = _options.Count > 0 ? _options : _literals;
        if (from.Count == 0)
            return null;
        string operand = from[0];
        if (from == _options && IsOption(operand))
            throw Error($"there is no option {Printable.Shorten(operand)}");
        from.RemoveAt(0);
        return operand;
    }

    /// <summary>All operands that are left.</summary>
    public IReadOnlyList<string> Rest()
    {
        List<string> rest = [];
        while (Optional() is { } operand)
            rest.Add(operand);
        return rest;
    }

    /// <summary>All that is left as it was written: arguments of another program, whose options are its own.</summary>
    public IReadOnlyList<string> Remainder()
    {
        List<string> remainder = [.. _options];
        if (_hasEnd && _options.Count > 0)
            remainder.Add("--");
        remainder.AddRange(_literals);
        _options.Clear();
        _literals.Clear();
        return remainder;
    }

    /// <summary>Checks that nothing is left over.</summary>
    public void End()
    {
        if (Optional() is { } extra)
            throw Error($"'{Printable.Shorten(extra)}' is one argument too many");
    }

    /// <summary>A mistake in the call, with the right form to use.</summary>
    public CommandException Error(string what) =>
        new($"{_command.Name}: {what}", "use: " + string.Join(" | ", Forms()), CommandException.Usage);

    /// <summary>The forms of the action that was called, such as <c>disk format</c>; all where there is none of it.</summary>
    private List<string> Forms()
    {
        List<string> all = [.. _command.Forms], called = all.FindAll(form => $"{form} ".StartsWith($"{_command.Name} {_action} ", StringComparison.Ordinal));
        return called.Count > 0 ? called : all;
    }

    private static bool IsOption(string argument) => argument.Length > 1 && argument[0] == '-';
}
