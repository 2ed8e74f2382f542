using System.Collections.Frozen;

namespace Tilt.Verification.Syntax;

/// <summary>Plain nouns after a value: what is counted. Letters only, a plural among them, no word that changes the value.</summary>
internal static class UnitNouns
{
    private const int MostWords = 5;

    /// <summary>Words that make another value or no answer of what precedes, or say that it is none.</summary>
    private static readonly FrozenSet<string> Changing = new[]
    {
        "is", "isn't", "are", "aren't", "was", "wasn't", "were", "be", "not", "no", "nor", "none", "never", "nothing", "or", "and", "but",
        "yet", "if", "unless",
        "except", "excepting", "excluding", "exclusive", "without", "less", "fewer", "more", "than", "least", "most", "about", "almost",
        "nearly", "roughly",
        "approximately", "approx", "around", "circa", "maybe", "perhaps", "possibly", "probably", "likely", "presumably", "guess",
        "guesses", "wrong", "incorrect",
        "false", "invalid", "mistaken", "impossible", "uncertain", "unsure", "either", "neither", "both", "between", "through", "to",
        "from", "until", "till",
        "plus", "minus", "times", "over", "under", "above", "below", "beneath", "beyond", "before", "after", "short", "negative",
        "positive", "opposite", "mod",
        "modulo", "modulus", "remainder", "remainders", "rest", "quotient", "root", "power", "exponent", "square", "squared",
        "cube", "cubed", "factorial", "factorials", "choose", "chooses", "permute", "permutes", "log", "logs", "ln", "sin", "cos", "tan",
        "sqrt", "pi", "pis",
        "inverse", "inverses", "reciprocal", "reciprocals", "conjugate", "conjugates", "complement", "complements", "recurring",
        "repeating",
        "repeated", "repeats", "double", "doubles", "triple", "triples", "twice", "thrice", "half", "quarter", "percent", "percents",
        "percentage", "percentages",
        "percentile", "percentiles", "permille", "ppm", "against", "versus", "vs", "out", "off", "per", "with", "where", "when", "while",
        "for", "which", "that", "then", "else",
        "otherwise", "instead", "rather", "actually", "alternatively", "also", "as", "so", "by", "divided", "multiplied", "raised", "added",
        "subtracted", "increased",
        "decreased", "reduced", "rounded", "truncated", "base", "prime", "primed", "th", "nd", "rd", "st", "ths", "nds", "rds", "sts", "x",
        "r", "mixed", "plusminus", "unknown",
        "undefined", "depends", "varies", "loss", "losses", "deficit", "deficits", "debt", "debts", "owed", "behind", "backwards", "does",
        "has", "lies", "this",
        "these", "those", "its", "his", "yes", "us", "was", "gets", "becomes", "equals", "exceeds", "lacks", "needs", "adds", "subtracts",
        "divides", "multiplies", "goes",
        "fold", "folds", "dozens", "tens", "score", "gross", "hundredfold", "mil", "mille", "mila", "tausend", "hundert", "millionen",
        "duizend", "miljoen", "milhões",
        "millones", "milioni", "bin", "milyon", "nghìn", "triệu", "ribu", "juta",
    }.ToFrozenSet();

    /// <summary>Plurals without s, and nouns of amounts.</summary>
    private static readonly FrozenSet<string> Plurals = new[]
    {
        "people", "men", "women", "children", "fish", "sheep", "deer", "mice", "geese", "teeth", "oxen", "dice", "cattle", "police",
        "salmon", "trout", "moose", "bison",
        "squid", "shrimp", "dozen", "aircraft", "spacecraft", "offspring", "players", "vertices", "matrices", "indices", "data", "bacteria",
        "cacti", "fungi", "staff",
    }.ToFrozenSet();

    /// <summary>Words at the end that add nothing: "students in total", "apples left".</summary>
    private static readonly FrozenSet<string> Closing = new[]
    {
        "total", "altogether", "overall", "left", "remaining", "each", "apiece", "away", "long", "old", "tall", "high", "wide", "deep",
        "old", "again", "today", "daily", "only", "exactly",
    }.ToFrozenSet();

    // Letters that a plural's s may follow: "glass", "this", "bus" and "plus" are none.
    private static bool IsPlural(string word) =>
        Plurals.Contains(word) || (word.Length > 2 && word[^1] == 's' && word[^2] is not ('s' or 'u' or 'i' or '\'')
            && !WordNumbers.IsNumberWord(word));

    /// <summary>Whether words are a plain noun, perhaps with adjectives and "in total".</summary>
    /// <param name="text">The words in lower case.</param>
    /// <param name="singular">Whether the noun may be singular, after one.</param>
    public static bool IsPlainNoun(string text, bool singular)
    {
        if (text.AsSpan().IndexOfAnyExceptInRange('\0', '\u007f') >= 0 && IsForeignNoun(text)) return true;
        string[] words = Core(text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        if (words.Length == 0) return text is "total" or "in total" or "altogether" or "in all" or "each";
        if (words.Length > MostWords) return false;
        bool plural = singular;
        foreach (string word in words)
        {
            if (!IsPlainWord(word)) return false;
            plural |= IsPlural(word);
        }
        return plural;
    }

    /// <summary>Whether two nouns are the same thing, in one or several, with or without adjectives.</summary>
    public static bool AreTheSame(string first, string second)
    {
        string[] a = Core(first.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        string[] b = Core(second.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        if (a.Length == 0 || b.Length == 0) return false;
        (string[] shorter, string[] longer) = a.Length <= b.Length ? (a, b) : (b, a);
        return Array.TrueForAll(longer, IsPlainWord)
            && Array.TrueForAll(shorter, word => Array.Exists(longer, other => Stem(word) == Stem(other)));
    }

    /// <summary>
    /// Counters of Chinese, Japanese and Korean, and the nouns that are counted most in languages whose plurals have no s. A closed set:
    /// words of these languages for thousands, parts and doubts are as many as in English.
    /// </summary>
    private static bool IsForeignNoun(string text) =>
        ForeignNouns.Contains(text.TrimEnd('.')) || FarCounters.EndsSo(text);

    private static readonly FrozenSet<string> ForeignNouns = """
        руб рубль рубля рублей р коп копеек копейки копейка см м км мм кг г л мин сек ч час часа часов минута минуты минут секунда
        секунды секунд день дня дней неделя недели недель месяц месяца месяцев год года лет метр метра метров километр километра
        километров сантиметр сантиметра сантиметров грамм грамма граммов килограмм килограмма килограммов литр литра литров штук штука
        штуки шт человек человека людей детей ребёнок ребёнка учеников ученика ученик яблок яблока яблоко книг книги книга карандашей
        конфет способов способа способ вариантов варианта вариант чисел числа число решений решения решение точек точки точка пар пары
        пара раз очков баллов градусов градуса градус билетов страниц монет машин деревьев квартир äpfel stück schüler möglichkeiten
        lösungen öre zł złotych élèves années mètres kilomètres solutions años niñas niños días lápices números
        """.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet();

    private static string Stem(string word) => word.Length > 3 && word[^1] == 's' ? word[..^1] : word;

    /// <summary>The words without what adds nothing at the end.</summary>
    private static string[] Core(string[] words)
    {
        int count = words.Length;
        while (count > 0)
        {
            if (count > 1 && words[count - 1] is "total" or "all" && words[count - 2] == "in") count -= 2;
            else if (Closing.Contains(words[count - 1])) count--;
            else break;
        }
        return words[..count];
    }

    // Number words of Cyrillic languages: thousand, million, hundred, dozen, percent, tens.
    private static readonly string[] ForeignNumbers = ["тыс", "мил", "млн", "млрд", "сот", "сто", "дюж", "проц", "десят"];

    private static bool IsPlainWord(string word)
    {
        if (word[0] >= '\u0400' && Array.Exists(ForeignNumbers, start => word.StartsWith(start, StringComparison.Ordinal))) return false;
        if (Changing.Contains(word) || WordNumbers.IsNumberWord(word) || FarNumerals.Multiplies(word)) return false;
        // A letter alone is a constant, a variable or a verb of another language.
        if (word.Length == 1) return false;
        // Adverbs and participles qualify the value: possibly, doubled.
        if (word.Length > 4 && (word.EndsWith("ly", StringComparison.Ordinal)
            || (word.EndsWith("ed", StringComparison.Ordinal)
                && word is not ("seeds" or "seed" or "colored" or "coloured" or "ordered" or "unordered" or "shaded"))))
            return false;
        foreach (char c in word)
        {
            if (!char.IsLetter(c) && c is not ('-' or '\'' or '’')) return false;
            if (c is '-' && Array.Exists(word.Split('-'),
                part => part.Length > 0 && (Changing.Contains(part) || WordNumbers.IsNumberWord(part))))
                return false;
        }
        return char.IsLetter(word[0]);
    }
}
