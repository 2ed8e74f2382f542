namespace Tilt.Verification.Syntax;

/// <summary>
/// Words: within <c>\text{}</c> and its like, and plain. Words that name an operation become its sign, so that "6 squared" is 36 and
/// "3 over 4" a fraction; what is left are names and units.
/// </summary>
internal sealed partial class Tokenizer
{
    private static readonly System.Buffers.SearchValues<char> NumberCharacters = System.Buffers.SearchValues.Create("0123456789.,");

    /// <summary>The content of <c>\text{}</c> and its like: a connective, a letter, a number, signs, or words.</summary>
    private void ReadText(int start)
    {
        ReadOnlySpan<char> raw = TakeArgument();
        ReadOnlySpan<char> content = raw.Trim(" \t\r\n~").TrimEnd('.');
        if (content.StartsWith("\\ ")) content = content[2..];
        if (content.Length > 2 && content[0] == '"' && content[^1] == '"') content = content[1..^1];
        if (content.IsEmpty)
        {
            _space = true;
            return;
        }
        if (raw[0] is ' ' or '~') _space = true;
        if (content.EndsWith(".m", StringComparison.OrdinalIgnoreCase) && content.Length > 4)
            Add(TokenKind.Text, TextAnswer.Normalize(content), start);
        else if (content is "U" && _tokens.Count > 0 && _tokens[^1].Kind == TokenKind.Close) Add(TokenKind.Union, "∪", start);
        else if (IsUnitHere(content)) Add(TokenKind.Text, WithoutSpacing(content), start);
        else if (content.Equals("per cent", StringComparison.OrdinalIgnoreCase)) Add(TokenKind.Percent, "%", start);
        else if (content.IndexOfAny("\\$") >= 0 || IsMathText(content)) Inline(content, start);
        else if (content is "--" or "---" or "–" or "—") Add(TokenKind.Unknown, "–", start);
        else if (content.Length == 1 && char.IsAsciiLetter(content[0])) Add(TokenKind.Symbol, Vocabulary.Letters[content[0]], start);
        else if (Words.TryGetValue(content, out (TokenKind Kind, string Text) word)) Add(word.Kind, word.Text, start);
        else ReadWords(content, start);
        if (raw[^1] is ' ' or '~') _space = true;
    }

    /// <summary>Whether text after a value is a unit made of signs that would otherwise be mathematics, as in m/s or in.</summary>
    private bool IsUnitHere(ReadOnlySpan<char> content) =>
        content.Length <= 24 && _tokens.Count > 0
        && _tokens[^1].Kind is TokenKind.Number or TokenKind.Symbol or TokenKind.GroupClose or TokenKind.Close or TokenKind.Divide
            or TokenKind.Text or TokenKind.Times
        && Units.IsKnown(WithoutSpacing(content)) && IsAfterValue();

    /// <summary>A product of units without commands for spaces and braces: km\,h^{-1}.</summary>
    private static string WithoutSpacing(ReadOnlySpan<char> content)
    {
        string text = content.ToString();
        return content.Contains('\\')
            ? text.Replace("\\,", " ", StringComparison.Ordinal).Replace("\\cdot", "·", StringComparison.Ordinal)
                .Replace("\\ ", " ", StringComparison.Ordinal).Replace("{", "", StringComparison.Ordinal)
                .Replace("}", "", StringComparison.Ordinal)
            : text;
    }

    /// <summary>Words in their order: connectives at the ends, operations, a base, and runs of other words.</summary>
    private void ReadWords(ReadOnlySpan<char> content, int start)
    {
        if (HasMoreThanWords(content))
        {
            int digits = content.IndexOfAnyExcept(NumberCharacters);
            if (_tokens.Count == 0 && digits > 0 && content[digits] == ' ' && !HasMoreThanWords(content[digits..]))
            {
                Inline(content[..digits], start);
                _space = true;
                ReadWords(content[digits..].TrimStart(), start);
                return;
            }
            if (!TryAddBase(content, start)) Add(TokenKind.Text, TextAnswer.Normalize(content), start);
            return;
        }
        string[] words = content.ToString().Split([' ', '\t', '\n', '\r', '~'], StringSplitOptions.RemoveEmptyEntries);
        meter.Charge(words.Length);
        int pending = 0;
        for (int i = 0; i < words.Length; i++)
        {
            bool comma = words[i].Length > 1 && words[i][^1] == ',';
            string word = words[i].Trim(',').ToLowerInvariant();
            bool atEnd = i == 0 || i == words.Length - 1;
            if (word.Length == 0 || (atEnd && word is "and" or "or"))
            {
                Flush(words, pending, i, start);
                Add(word.Length == 0 ? TokenKind.Comma : word == "or" ? TokenKind.Or : TokenKind.And, word.Length == 0 ? "," : "or", start);
                pending = i + 1;
            }
            else if (pending == i && i + 1 < words.Length && word is "divided" or "multiplied" && words[i + 1] == "by")
            {
                Add(word == "divided" ? TokenKind.Divide : TokenKind.Times, word == "divided" ? "/" : "times", start);
                pending = ++i + 1;
            }
            else if (pending == i && TryAddOperation(word, i + 1 == words.Length, start)) pending = i + 1;
            if (comma)
            {
                Flush(words, pending, i + 1, start);
                Add(TokenKind.Comma, ",", start);
                pending = i + 1;
            }
        }
        Flush(words, pending, words.Length, start);
    }

    private void Flush(string[] words, int from, int to, int start)
    {
        if (from >= to) return;
        string text = string.Join(' ', words, from, to - from);
        if (!TryAddBase(text, start)) Add(TokenKind.Text, TextAnswer.Normalize(text.TrimEnd(',')), start);
    }

    private static bool HasMoreThanWords(ReadOnlySpan<char> content)
    {
        foreach (char c in content)
        {
            if (!char.IsLetter(c) && c is not (' ' or ',' or '.' or '-' or '\'' or '’' or '~' or '\n' or '\t' or '\r')) return true;
        }
        return false;
    }

    private bool EndsWithValue =>
        _tokens.Count > 0 && _tokens[^1].Kind is TokenKind.Number or TokenKind.Close or TokenKind.GroupClose or TokenKind.Symbol
            or TokenKind.Factorial or TokenKind.Percent or TokenKind.Degree or TokenKind.Based;

    /// <summary>Adds the sign that a word stands for at this place; false for other words.</summary>
    /// <param name="word">The word in lower case.</param>
    /// <param name="last">Whether no other word follows in the same text.</param>
    /// <param name="start">Where it stands.</param>
    private bool TryAddOperation(string word, bool last, int start)
    {
        if (!EndsWithValue)
        {
            if (word is not ("minus" or "negative") || !last) return false;
            Add(TokenKind.Minus, "-", start);
            return true;
        }
        switch (word)
        {
            case "plus" or "minus":
                Add(word == "plus" ? TokenKind.Plus : TokenKind.Minus, word == "plus" ? "+" : "-", start);
                return true;
            case "times":
                Add(TokenKind.Times, "times", start);
                return true;
            case "over":
                Add(TokenKind.Divide, "/", start);
                return true;
            case "to" when last && _tokens[^1].Kind == TokenKind.Number:
                Add(TokenKind.Colon, ":", start);
                return true;
            case "squared" or "cubed":
                Add(TokenKind.Power, "^", start);
                Add(TokenKind.Number, word == "squared" ? "2" : "3", start);
                return true;
            case "factorial":
                Add(TokenKind.Factorial, "!", start);
                return true;
        }
        if (_tokens[^1].Kind is not (TokenKind.Number or TokenKind.GroupClose)) return false;
        if (_tokens[^1].Kind == TokenKind.Number && !_space && WordNumbers.IsOrdinalEnding(_tokens[^1].Text, word)) return last;
        string? multiplier = WordNumbers.Multiplier(word);
        if ((multiplier ?? WordNumbers.Part(word)) is not { } digits) return false;
        Add(multiplier is null ? TokenKind.Divide : TokenKind.Times, multiplier is null ? "/" : "*", start);
        Add(TokenKind.Number, digits, start);
        return true;
    }

    /// <summary>"in base 5", "(base five)" after a number: a subscript, and the number where it belongs to the text.</summary>
    private bool TryAddBase(ReadOnlySpan<char> content, int start)
    {
        if (_tokens.Count == 0 || _tokens[^1].Kind is not (TokenKind.Number or TokenKind.Based)) return false;
        ReadOnlySpan<char> text = content.Trim("() ");
        if (text.StartsWith("in ", StringComparison.OrdinalIgnoreCase)) text = text[3..].TrimStart();
        string? named = WordNumbers.Base(text.ToString().ToLowerInvariant());
        if (named is null && !text.StartsWith("base", StringComparison.OrdinalIgnoreCase)) return false;
        string radix = named ?? text[4..].Trim(" -").ToString().ToLowerInvariant();
        if (radix.Length > 0 && WordNumbers.Cardinal(radix) is { } spelled)
            radix = spelled.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (!radix.All(char.IsAsciiDigit)) return false;
        Add(TokenKind.Subscript, "_", start);
        if (radix.Length > 0) Add(TokenKind.Number, radix, start);
        return true;
    }

    /// <summary>Whether a number was read and no symbol: <c>5\mathrm{m}</c> has a unit, <c>x\mathrm{m}</c> a letter.</summary>
    private bool IsAfterValue()
    {
        bool number = false;
        foreach (Token token in _tokens)
        {
            if (token.Kind == TokenKind.Symbol && token.Text is not ("pi" or "e")) return false;
            number |= token.Kind == TokenKind.Number;
        }
        meter.Charge(_tokens.Count);
        return number;
    }

    /// <summary>
    /// Whether text is really mathematics: digits or signs without words, a letter in parentheses or with signs, letters in a list.
    /// </summary>
    private static bool IsMathText(ReadOnlySpan<char> content)
    {
        bool other = false;
        int run = 0;
        int letters = 0;
        foreach (char c in content)
        {
            run = char.IsLetter(c) ? run + 1 : 0;
            letters += char.IsLetter(c) ? 1 : 0;
            if (run > 1) return false;
            other |= !char.IsLetter(c) && c is not (' ' or '.' or '-' or '–' or '—' or '\'' or '~');
        }
        return (other && (letters == 0 || content[0] != '[')) || content is "-" or "π";
    }

    private void Inline(ReadOnlySpan<char> content, int start)
    {
        var inner = new Tokenizer(content.ToString().Replace("$", " "), meter, commasSeparate);
        meter.Charge(content.Length);
        List<Token> parts = inner.Run();
        for (int i = 0; i + 1 < parts.Count; i++) Add(parts[i].Kind, parts[i].Text, start);
    }

    private void ReadLetters()
    {
        int start = _position;
        while (_position < source.Length && char.IsAsciiLetter(source[_position])) _position++;
        ReadOnlySpan<char> run = source.AsSpan(start, _position - start);
        if (run is "a" or "p" or "A" or "P" && source.AsSpan(_position).StartsWith(".m", StringComparison.OrdinalIgnoreCase)
            && _tokens.Count > 0 && _tokens[^1].Kind == TokenKind.Number)
        {
            _position += _position + 2 < source.Length && source[_position + 2] == '.' ? 3 : 2;
            Add(TokenKind.Text, run is "a" or "A" ? "am" : "pm", start);
            return;
        }
        if (run.Length == 1)
        {
            Add(IsTimesLetter(run[0]) ? TokenKind.Times : TokenKind.Symbol, Vocabulary.Letters[run[0]], start);
            return;
        }
        if (_position < source.Length && source[_position] == '.' && run is "np" or "math" or "numpy")
        {
            _position++;
            return;
        }
        if (run is "in" or "base" && TryReadPlainBase(start)) return;
        if (run is "in" && IsInches())
        {
            Add(TokenKind.Text, "in", start);
            return;
        }
        if (Words.TryGetValue(run, out (TokenKind Kind, string Text) word)) Add(word.Kind, word.Text, start);
        else ReadRun(run, start);
    }

    /// <summary>Whether the letter x between spaces and numbers is a times sign, as in "2.5 x 10^3".</summary>
    private bool IsTimesLetter(char letter)
    {
        if (letter is not ('x' or 'X') || !_space || _tokens.Count == 0 || _tokens[^1].Kind is not TokenKind.Number
            || _position >= source.Length || source[_position] != ' ')
            return false;
        ReadOnlySpan<char> rest = source.AsSpan(_position).TrimStart();
        if (rest.IsEmpty || !char.IsAsciiDigit(rest[0])) return false;
        // "2 x 2 y" is a product of letters.
        rest = rest.TrimStart("0123456789.,").TrimStart();
        return rest.IsEmpty || !char.IsAsciiLetter(rest[0]);
    }

    private bool IsInches()
    {
        if (_tokens.Count == 0 || _tokens[^1].Kind is not (TokenKind.Number or TokenKind.GroupClose) || !IsAfterValue()) return false;
        ReadOnlySpan<char> rest = source.AsSpan(_position).TrimStart();
        return rest.IsEmpty || rest[0] is '^' or '.' or '²' or '³' or ',' or '}';
    }

    private bool TryReadPlainBase(int start)
    {
        int end = start;
        while (end < source.Length && end - start < 24 && (char.IsAsciiLetterOrDigit(source[end]) || source[end] is ' ' or '-')) end++;
        if (!TryAddBase(source.AsSpan(start, end - start), start)) return false;
        _position = end;
        return true;
    }

    /// <summary>
    /// A run of letters that is no known word: joined connectives and functions, a word or unit, or a product of symbols.
    /// </summary>
    private void ReadRun(ReadOnlySpan<char> run, int start)
    {
        int split = run.StartsWith("or") ? 2 : run.StartsWith("and") ? 3 : 0;
        if (split > 0 && _tokens.Count > 0 && _tokens[^1].Kind is TokenKind.Number or TokenKind.Close && run.Length - split <= 3)
        {
            Add(split == 2 ? TokenKind.Or : TokenKind.And, "or", start);
            _position = start + split;
            return;
        }
        foreach (string function in (ReadOnlySpan<string>)["sin", "cos", "tan", "log", "ln"])
        {
            if (run.StartsWith(function) && run.Length <= function.Length + 1)
            {
                Add(TokenKind.Function, function, start);
                _position = start + function.Length;
                return;
            }
        }
        string word = run.ToString().ToLowerInvariant();
        if (TryReadPlainOperation(word, start)) return;
        bool afterNumber = _tokens.Count > 0
            && _tokens[^1].Kind is TokenKind.Number or TokenKind.GroupClose or TokenKind.Close or TokenKind.Based;
        if (afterNumber && word is "am" or "pm")
        {
            Add(TokenKind.Text, word, start);
            return;
        }
        bool afterUnit = _space && run.Length > 1 && _tokens.Count > 0 && _tokens[^1].Kind == TokenKind.Text && Units.IsUnit(run);
        bool glued = afterNumber && word is "cm" or "km" or "mm" or "kg" or "ft" or "mph" or "lb" or "lbs" or "hrs" or "sec" or "ml";
        if (IsWord(run) || glued || afterUnit || (afterNumber && _space && Units.IsUnit(run)))
        {
            Add(TokenKind.Text, run.ToString(), start);
            return;
        }
        for (int i = 0; i < run.Length; i++) Add(TokenKind.Symbol, Vocabulary.Letters[run[i]], start + i);
    }

    /// <summary>A plain word for an operation, alone in its place: "6 squared", "3 divided by 4", "negative 5".</summary>
    private bool TryReadPlainOperation(string word, int start)
    {
        if (word is "divided" or "multiplied" && EndsWithValue && source.AsSpan(_position).TrimStart().StartsWith("by "))
        {
            _position = source.IndexOf("by", _position, StringComparison.Ordinal) + 2;
            Add(word == "divided" ? TokenKind.Divide : TokenKind.Times, word == "divided" ? "/" : "times", start);
            return true;
        }
        if (word == "to" && !source.AsSpan(_position).TrimStart().IsEmpty && !char.IsAsciiDigit(source.AsSpan(_position).TrimStart()[0]))
            return false;
        return TryAddOperation(word, true, start);
    }

    private static bool IsWord(ReadOnlySpan<char> run) =>
        run.Length >= 4 && run[1..].IndexOfAnyInRange('A', 'Z') < 0 && run.IndexOfAny(Vowels) >= 0;
}
