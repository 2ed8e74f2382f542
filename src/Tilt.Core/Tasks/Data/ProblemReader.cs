using System.Globalization;
using System.Text.RegularExpressions;
using Tilt.Rollouts;

namespace Tilt.Tasks.Data;

/// <summary>Makes problems of the rows of data files.</summary>
/// <param name="fields">The columns.</param>
/// <param name="answerFrom">Where the gold answer stands.</param>
public sealed partial class ProblemReader(ProblemFields fields, AnswerSource answerFrom = AnswerSource.Field)
{
    private const int MostListed = 5;

    private readonly string _problem = fields.Problem ?? "problem", _answer = fields.Answer ?? "answer",
        _solution = fields.Solution ?? "solution";

    /// <summary>The problems of some files, in the order of their rows.</summary>
    /// <param name="files">The files.</param>
    /// <exception cref="InputException">A file cannot be read or is empty, a column or a value is missing, or an id is there
    /// twice.</exception>
    public IReadOnlyList<Problem> Read(IReadOnlyList<string> files)
    {
        var problems = new List<Problem>();
        var places = new Dictionary<string, DataRow>(StringComparer.Ordinal);
        foreach (string file in files)
        {
            IReadOnlyList<DataRow> rows = DataFile.Read(file);
            if (rows.Count == 0)
                throw new InputException($"'{file}' holds no problems; it needs one a row, with the columns '{_problem}' and "
                    + $"'{(answerFrom == AnswerSource.Field ? _answer : _solution)}'.");
            var wrong = new List<string>();
            foreach (DataRow row in rows)
            {
                Problem problem = Of(row, wrong);
                if (!places.TryAdd(problem.Id, row))
                    throw row.Error($"the id '{problem.Id}' stands also in '{places[problem.Id].Path}', {places[problem.Id].Place}; ids "
                        + $"must differ. Correct one of them, or take another column with fields.id.");
                problems.Add(problem);
            }

            if (wrong.Count > 0)
                throw new InputException($"'{file}': {wrong.Count} of {rows.Count} rows lack what a problem "
                    + $"needs. {string.Join("; ", wrong.Take(MostListed))}{(wrong.Count > MostListed ? "; …" : "")}. Complete or remove "
                    + $"them.");
        }

        return problems;
    }

    /// <summary>The problem of one row.</summary>
    /// <exception cref="InputException">A column or a value is missing.</exception>
    public Problem Read(DataRow row)
    {
        var wrong = new List<string>();
        Problem problem = Of(row, wrong);
        return wrong.Count == 0 ? problem : throw new InputException($"'{row.Path}': {wrong[0]}. Complete or remove it.");
    }

    private Problem Of(DataRow row, List<string> wrong)
    {
        string? text = Needed(row, _problem, "problem"),
            solution = fields.Solution is null && answerFrom == AnswerSource.Field && !row.HasColumn(_solution)
                ? null
                : Needed(row, _solution, "solution");
        string? answer = answerFrom switch
        {
            AnswerSource.Boxed => LastBox(solution ?? ""),
            AnswerSource.Hashes => BehindHashes(solution ?? ""),
            _ => Needed(row, _answer, "answer"),
        };
        if (string.IsNullOrWhiteSpace(text)) wrong.Add($"{row.Place} has no text in '{_problem}'");
        else if (string.IsNullOrWhiteSpace(answer)) wrong.Add(answerFrom switch
        {
            AnswerSource.Boxed => $"{row.Place} has no \\boxed{{}} in '{_solution}'",
            AnswerSource.Hashes => $"{row.Place} has no #### in '{_solution}'",
            _ => $"{row.Place} has no answer in '{_answer}'",
        });
        string? subject = Optional(row, fields.Subject, "subject"), level = Optional(row, fields.Level, "level");
        return new(Optional(row, fields.Id, "id") ?? $"{Path.GetFileNameWithoutExtension(row.Path)}-{row.Number}", text ?? "",
            answer?.Trim() ?? "")
        {
            Solution = solution,
            Subject = subject,
            Level = level is null ? null : LevelOf(row, level),
        };
    }

    private static string? Needed(DataRow row, string column, string field) => row.HasColumn(column)
        ? row.Text(column)
        : throw row.Missing(column, $"Name the right one with fields.{field}=COLUMN, or complete the row.");

    private static string? Optional(DataRow row, string? named, string usual) =>
        named is not null ? row.Text(named) : row.HasColumn(usual) ? row.Text(usual) : null;

    /// <summary>
    /// The number in a text such as <c>Level 3</c>; null where there is none, as in MATH's two problems of <c>Level ?</c>.
    /// </summary>
    private static int? LevelOf(DataRow row, string text)
    {
        Match number = Digits().Match(text);
        if (!number.Success) return null;
        return int.TryParse(number.Value, CultureInfo.InvariantCulture, out int level)
            ? level
            : throw row.Error($"the level is {text}, which is no small whole number.");
    }

    /// <summary>The content of the last brace-balanced <c>\boxed{…}</c> or <c>\boxed x</c>; null where there is none.</summary>
    internal static string? LastBox(string solution)
    {
        const string Box = "\\boxed", Frame = "\\fbox";
        int at = Math.Max(solution.LastIndexOf(Box, StringComparison.Ordinal), solution.LastIndexOf(Frame, StringComparison.Ordinal));
        if (at < 0) return null;
        int open = at + (solution.AsSpan(at).StartsWith(Box) ? Box.Length : Frame.Length);
        while (open < solution.Length && solution[open] == ' ') open++;
        if (open == solution.Length) return null;
        // TeX: without braces, one character is the argument; data sets write "\boxed 2$" for the number.
        if (solution[open] != '{') return solution[open..].Split('$', '\n', ' ')[0].TrimEnd('.', ',');
        int depth = 0;
        for (int i = open; i < solution.Length; i++)
        {
            if (solution[i] == '\\') i++;
            else if (solution[i] == '{') depth++;
            else if (solution[i] == '}' && --depth == 0) return solution[(open + 1)..i];
        }

        return null;
    }

    /// <summary>What stands behind the last <c>####</c>, without thousands separators; null where there is none.</summary>
    internal static string? BehindHashes(string solution)
    {
        int at = solution.LastIndexOf("####", StringComparison.Ordinal);
        return at < 0 ? null : solution[(at + 4)..].Trim().Replace(",", "", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"-?[0-9]+")]
    private static partial Regex Digits();
}
