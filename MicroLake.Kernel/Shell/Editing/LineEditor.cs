using System.Text;

namespace MicroLake.Shell;

/// <summary>
/// Reads one line with editing as in GNU readline's emacs mode: cursor keys and Ctrl-A B E F, kill and yank, history
/// by arrows and Ctrl-R, completion by Tab. Redraws only when no more input waits, so that pasting is linear.
/// </summary>
internal sealed class LineEditor
{
    /// <summary>Longest line in characters; more is an error, not a cut line.</summary>
    public const int MaxLength = 2 << 20;

    private readonly ITerminal _terminal;
    private readonly TerminalInput _input;
    private readonly KeyReader _keys;
    private readonly LineView _view;
    private readonly History _history;
    private readonly Func<string, CompletionResult> _complete;
    private readonly LineBuffer _line = new();
    private string _prompt = "";
    private string _killed = "";
    private string _draft = "";
    private int _historyIndex;
    private bool _tabRepeated;
    private bool _overflow;

    /// <summary>Characters typed at the end since the last drawing; -1 when something else changed.</summary>
    private int _appended;

    public LineEditor(ITerminal terminal, TerminalInput input, History history, Func<string, CompletionResult> complete)
    {
        _terminal = terminal;
        _input = input;
        _keys = new KeyReader(input, terminal.LearnSize);
        _view = new LineView(terminal);
        _history = history;
        _complete = complete;
    }

    /// <summary>The next line without its end; null when there will be no more input.</summary>
    /// <exception cref="CommandException">The line is too long.</exception>
    public string? ReadLine(string prompt)
    {
        _prompt = prompt;
        _line.Clear();
        _view.Reset();
        _historyIndex = _history.Lines.Count;
        _overflow = false;
        _appended = -1;
        Draw();
        while (true)
        {
            Key key = _keys.Read();
            if (key.Kind == KeyKind.Closed)
                return null;
            if (key.Kind == KeyKind.Search)
                key = Search();
            if (key.Kind == KeyKind.Enter)
                return Finish();
            Apply(key);
            _tabRepeated = key.Kind == KeyKind.Tab;
            if (!_input.IsReadable)
                Draw();
        }
    }

    private void Draw()
    {
        if (_appended == 0)
            return;
        if (_appended < 0 || !_view.TryAppend(_line, _appended))
            _view.Draw(_prompt, _line);
        _appended = 0;
    }

    private string Finish()
    {
        if (_line.Cursor < _line.Length)
            _appended = -1;
        _line.MoveTo(_line.Length);
        Draw();
        Write("\n");
        if (_overflow)
            throw new CommandException($"a line has more than {MaxLength} characters", "put the commands in a script");
        return _line.ToString();
    }

    private void Apply(Key key)
    {
        if (key.Kind == KeyKind.Ignored)
            return;
        _appended = key.Kind == KeyKind.Character && _line.Cursor == _line.Length && _appended >= 0 ? _appended + 1 : -1;
        switch (key.Kind)
        {
            case KeyKind.Character:
                Insert(key.Character);
                break;
            case KeyKind.Tab:
                Complete();
                break;
            case KeyKind.Backspace:
                _line.DeleteTo(_line.Cursor - 1);
                break;
            case KeyKind.Delete:
                _line.DeleteTo(_line.Cursor + 1);
                break;
            case KeyKind.EndOfInput when _line.Length > 0:
                _line.DeleteTo(_line.Cursor + 1);
                break;
            case KeyKind.EndOfInput:
                Write("\n(type poweroff to switch the machine off)\n");
                break;
            case KeyKind.Left:
                _line.MoveTo(_line.Cursor - 1);
                break;
            case KeyKind.Right:
                _line.MoveTo(_line.Cursor + 1);
                break;
            case KeyKind.Home:
                _line.MoveTo(0);
                break;
            case KeyKind.End:
                _line.MoveTo(_line.Length);
                break;
            case KeyKind.WordLeft:
                _line.MoveTo(_line.WordLeft());
                break;
            case KeyKind.WordRight:
                _line.MoveTo(_line.WordRight());
                break;
            case KeyKind.DeleteWordLeft:
                _killed = _line.DeleteTo(_line.WordLeft());
                break;
            case KeyKind.DeleteWordRight:
                _killed = _line.DeleteTo(_line.WordRight());
                break;
            case KeyKind.DeleteToEnd:
                _killed = _line.DeleteTo(_line.Length);
                break;
            case KeyKind.DeleteToStart:
                _killed = _line.DeleteTo(0);
                break;
            case KeyKind.Yank:
                foreach (Rune rune in _killed.EnumerateRunes())
                    Insert(rune);
                break;
            case KeyKind.Transpose:
                Transpose();
                break;
            case KeyKind.Up:
                Recall(_historyIndex - 1);
                break;
            case KeyKind.Down:
                Recall(_historyIndex + 1);
                break;
            case KeyKind.ClearScreen:
                Write("\e[H\e[2J" + KeyReader.SizeQuery);
                break;
            case KeyKind.Cancel:
                Write("^C\n");
                _line.Clear();
                _view.Reset();
                _historyIndex = _history.Lines.Count;
                _overflow = false;
                break;
        }
    }

    private void Insert(Rune rune)
    {
        if (_line.Length < MaxLength)
            _line.Insert(rune);
        else
            (_overflow, _appended) = (true, -1);
    }

    private void Transpose()
    {
        if (_line.Cursor == 0 || _line.Length < 2)
            return;
        if (_line.Cursor == _line.Length)
            _line.MoveTo(_line.Cursor - 1);
        Rune before = _line[_line.Cursor - 1];
        _line.DeleteTo(_line.Cursor - 1);
        _line.MoveTo(_line.Cursor + 1);
        _line.Insert(before);
    }

    private void Recall(int index)
    {
        if (index < 0 || index > _history.Lines.Count)
            return;
        if (_historyIndex == _history.Lines.Count)
            _draft = _line.ToString();
        _historyIndex = index;
        _line.Set(index == _history.Lines.Count ? _draft : _history.Lines[index]);
    }

    private void Complete()
    {
        CompletionResult result = _complete(_line.Text(0, _line.Cursor));
        if (result.Insertion is { } insertion)
        {
            _line.DeleteTo(_line.Text(0, _line.Cursor)[..result.Start].EnumerateRunes().Count());
            _line.Insert(insertion);
        }
        else if (result.Candidates.Count > 1 && _tabRepeated)
        {
            Write("\n" + ColumnList.Format(result.Candidates, _terminal.Size.Columns));
        }
        else
        {
            Write("\a");
        }
    }

    /// <summary>Incremental search backwards in the history; returns the key that ended it, to be applied.</summary>
    private Key Search()
    {
        StringBuilder pattern = new();
        string original = _line.ToString();
        int found = _history.Lines.Count;
        while (true)
        {
            _view.Draw($"(search)'{pattern}': ", _line);
            _appended = -1;
            Key key = _keys.Read();
            switch (key.Kind)
            {
                case KeyKind.Character:
                    pattern.Append(key.Character);
                    Find(_history.FindBefore(found + 1, pattern.ToString()));
                    break;
                case KeyKind.Search:
                    Find(_history.FindBefore(found, pattern.ToString()));
                    break;
                case KeyKind.Backspace:
                    pattern.Length = Math.Max(0, pattern.Length - 1);
                    Find(_history.FindBefore(_history.Lines.Count, pattern.ToString()));
                    break;
                case KeyKind.Abort:
                    _line.Set(original);
                    return new Key(KeyKind.Ignored);
                case KeyKind.Ignored:
                    break;
                default:
                    return key;
            }
        }

        void Find(int index)
        {
            if (index < 0)
            {
                Write("\a");
                return;
            }
            found = index;
            _historyIndex = index;
            _line.Set(_history.Lines[index]);
        }
    }

    private void Write(string text) => _terminal.Write(Encoding.UTF8.GetBytes(text));
}
