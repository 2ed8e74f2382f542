using Tilt.Verification.Syntax;

namespace Tilt.Verification.Extraction;

/// <summary>
/// A part of a text: a word, or a run of formula characters taken whole. A number is never cut out of a formula: what stands in the braces
/// of a command, behind a caret or an underscore, or beside an operation sign belongs to it.
/// </summary>
/// <param name="Start">First character.</param>
/// <param name="End">Position behind the last character.</param>
/// <param name="IsFormula">Whether it holds a number, a command or delimiters, rather than being a word.</param>
internal readonly record struct FormulaRun(int Start, int End, bool IsFormula)
{
    private const int LongestGroup = 400;

    private const string Operators = "+-*/^=<>≤≥≠≈×÷·⋅−±_!%°'|√∞π²³⁴⁵⁶⁷⁸⁹⁰¹½⅓⅔¼¾⅛";

    private const string Binary = "+-*/^=<>≤≥≠≈×÷·⋅−±";

    /// <summary>The words and formulas of a text in their order.</summary>
    public static List<FormulaRun> FindAll(string text)
    {
        var runs = new List<FormulaRun>();
        int position = 0;
        while (position < text.Length)
        {
            char c = text[position];
            if (c is '$' or '\\' && Delimiters.FormulaAt(text, position, out int end) is not null)
            {
                runs.Add(new(position, end, true));
                position = end;
            }
            else if (IsWordAt(text, position, out end))
            {
                // A word with digits in it is a name: neither the whole nor its digits are a value.
                while (end < text.Length && char.IsAsciiDigit(text[end]) && char.IsAsciiLetter(text[end - 1]))
                {
                    while (end < text.Length && char.IsAsciiLetterOrDigit(text[end])) end++;
                }
                // A word that opens a bracket or carries an index is a function or a name of its own.
                int close = end < text.Length && text[end] is '(' or '[' ? GroupEnd(text, end) : end;
                bool called = close > end && text.AsSpan(end, close - end).IndexOfAnyInRange('0', '9') >= 0;
                runs.Add(new(position, called ? close : end, called));
                position = called ? close : end;
            }
            else if (TryRead(text, position, out end, out bool formula))
            {
                runs.Add(new(position, end, formula));
                position = end;
            }
            else position++;
        }
        return runs;
    }

    /// <summary>A run of letters that is no symbol: two or more that name no function.</summary>
    private static bool IsWordAt(string text, int at, out int end)
    {
        end = at;
        while (end < text.Length && (end == at || IsFarScript(text[end]) == IsFarScript(text[end - 1]))
            && (char.IsLetter(text[end])
                || (text[end] is '\'' or '’' && end > at && end + 1 < text.Length && char.IsLetter(text[end + 1]))))
            end++;
        if (end - at < 2) return false;
        string word = text[at..end];
        return !Vocabulary.Functions.ContainsKey(word) && word is not ("sqrt" or "pi" or "theta");
    }

    // Scripts without spaces go on right behind Latin letters.
    private static bool IsFarScript(char c) => c >= '\u2e80';

    /// <summary>Reads formula pieces as long as they stand together or a sign joins them.</summary>
    private static bool TryRead(string text, int start, out int end, out bool formula)
    {
        end = start;
        formula = false;
        bool signs = false;
        int position = start;
        bool joined = true;
        while (position < text.Length)
        {
            if (position > start && text[position] is '$' or '\\' && Delimiters.FormulaAt(text, position, out _) is not null) break;
            int next = Piece(text, position, out bool isOperator, out bool isValue, out bool strong);
            if (next == position) break;
            // A dash with spaces around it only joins what stands on both sides.
            if (isOperator && position == start && next < text.Length && text[next] is ' ' or '\n') break;
            if (!joined && !isOperator && !strong) break;
            formula |= strong;
            signs |= isOperator && isValue;
            end = next;
            position = next;
            joined = true;
            int spaces = position;
            while (spaces < text.Length && text[spaces] == ' ') spaces++;
            if (spaces == position) continue;
            if (IsBetweenNumbers(text, spaces))
            {
                position = spaces + 1;
                while (position < text.Length && text[position] == ' ') position++;
                continue;
            }
            bool operatorAhead = spaces < text.Length && Binary.Contains(text[spaces]) && IsJoining(text, spaces);
            bool operatorBehind = isOperator && Binary.Contains(text[position - 1]);
            bool command = spaces < text.Length && text[spaces] == '\\' && spaces + 1 < text.Length && char.IsLetter(text[spaces + 1])
                && !IsTextCommand(text, spaces);
            if (!operatorAhead && !operatorBehind && !command) break;
            position = spaces;
        }
        while (end > start && text[end - 1] is '=' or '+' or '-' or '*' or '/' or '^' or '_' or '|' or ' ' or '\'' or '!') end--;
        formula |= signs && end - start > 2;
        return end > start;
    }

    /// <summary>Whether a sign after a space goes on with a value: not the dash of "18 - that is all".</summary>
    private static bool IsJoining(string text, int at)
    {
        int next = at + 1;
        while (next < text.Length && text[next] is ' ' or '=' or '\\' or '$' or '(' or '-') next++;
        return next < text.Length
            && (char.IsAsciiDigit(text[next]) || text[next] == '{' || (char.IsLetter(text[next]) && !IsWordAt(text, next, out _))
                || text[next - 1] == '\\' || "√π".Contains(text[next]));
    }

    /// <summary>Whether a times letter or the colon of a ratio stands between spaces and numbers: 3 x 18, 3 : 7.</summary>
    private static bool IsBetweenNumbers(string text, int at) =>
        at > 0 && at + 2 < text.Length && text[at] is 'x' or 'X' or ':' && text[at + 1] == ' ' && char.IsAsciiDigit(text[at + 2])
        && text[at - 1] == ' ' && at > 1 && char.IsAsciiDigit(text[at - 2]);

    /// <summary>One piece of a formula: a number, a letter, a command with its groups, a bracket with what it holds, a sign.</summary>
    private static int Piece(string text, int at, out bool isOperator, out bool isValue, out bool strong)
    {
        isOperator = false;
        isValue = true;
        strong = false;
        char c = text[at];
        if (char.IsAsciiDigit(c) || (c == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
        {
            strong = true;
            return NumberEnd(text, at);
        }
        if (c == '\\') return CommandEnd(text, at, ref strong);
        if (c is '{' or '(' or '[')
        {
            int close = GroupEnd(text, at);
            strong = close > at && text.AsSpan(at, close - at).IndexOfAnyInRange('0', '9') >= 0;
            return close;
        }
        if (char.IsLetter(c))
        {
            int end = at;
            while (end < text.Length && char.IsLetter(text[end])) end++;
            return IsWordAt(text, at, out _) ? at : end;
        }
        if (c == '$' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])) return at + 1;
        isOperator = Operators.Contains(c);
        isValue = c is not ('-' or '−' or '\'' or '|');
        return isOperator ? at + 1 : at;
    }

    private static int NumberEnd(string text, int at)
    {
        int end = at;
        while (end < text.Length)
        {
            if (char.IsAsciiDigit(text[end])) end++;
            else if (text[end] is ',' or '.' or ':' && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1]) && end > at) end += 2;
            else break;
        }
        return end;
    }

    private static bool IsTextCommand(string text, int at)
    {
        int end = at + 1;
        while (end < text.Length && char.IsAsciiLetter(text[end])) end++;
        return Vocabulary.TextCommands.Contains(text[(at + 1)..end]);
    }

    private static int CommandEnd(string text, int at, ref bool strong)
    {
        int end = at + 1;
        if (end >= text.Length) return at;
        if (text[end] is '%' or '$' or '{' or '}' or ',' or ';' or '!' or ' ') return end + 1;
        while (end < text.Length && char.IsAsciiLetter(text[end])) end++;
        if (end == at + 1 || IsTextCommand(text, at)) return at;
        strong = true;
        while (end < text.Length && text[end] is '{' or '[')
        {
            int close = GroupEnd(text, end);
            if (close == end) break;
            end = close;
        }
        return end;
    }

    /// <summary>Behind the bracket that closes the one at a place, when what it holds is no prose; the place itself otherwise.</summary>
    private static int GroupEnd(string text, int at)
    {
        int depth = 0;
        int limit = Math.Min(text.Length, at + LongestGroup);
        for (int i = at; i < limit; i++)
        {
            char c = text[i];
            if (c == '\n') return at;
            if (c is '{' or '(' or '[') depth++;
            else if (c is '}' or ')' or ']' && --depth == 0)
                return text[at] != '{' && Prose.HasWords(text.AsSpan(at + 1, i - at - 1)) ? at : i + 1;
        }
        return at;
    }
}
