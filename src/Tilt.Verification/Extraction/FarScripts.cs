using Tilt.Verification.Syntax;

namespace Tilt.Verification.Extraction;

/// <summary>Chinese, Japanese and Korean sentences: the closed sets of what may stand right before and right behind a value.</summary>
internal static class FarScripts
{
    private const int LongestNoun = 14;

    private static readonly string[] Stating =
    [
        "是", "为", "為", "有", "得", "得到", "等于", "等於", "共", "到", "需", "需要", "剩", "剩下", "余下", "即", "值", "了", "赚", "花", "用", "卖出", "答案", "答", "解",
        "は", "が", "を", "で", "計", "合計", "ちょうど", "よって", "ゆえに", "したがって", "すなわち", "つまり", "答え", "値",
        "은", "는", "이", "가", "총", "모두", "따라서", "즉", "답", "정답", "값", "전부", "그러므로",
    ];

    /// <summary>What bounds, denies, doubts or changes the value that it stands before, anywhere in its clause.</summary>
    private static readonly string[] Changing =
    [
        "不", "非", "没", "沒", "未", "莫", "勿", "至少", "至多", "最多", "最少", "超过", "超過", "大于", "大於", "小于", "小於", "少于", "多于", "高于", "低于", "约", "約",
        "大概", "可能", "也许",
        "或", "除", "负", "負", "一半", "倍", "平方", "立方", "根", "猜", "假设", "假設", "如果", "若", "错", "誤", "几乎", "接近", "将近", "上限", "下限", "零下", "从", "介于",
        "之间", "之和", "上下", "左右", "几", "余",
        "ない", "以上", "以下", "未満", "およそ", "少なく", "多く", "たぶん", "おそらく", "もし", "マイナス", "間違", "ほぼ", "限", "半分", "から", "より", "まで", "最大で", "最小で",
        "でも",
        "최소", "최대", "적어도", "많아야", "약 ", "대략", "아마", "만약", "마이너스", "음수", "아니", "거의", "이상", "이하", "미만", "초과", "보다", "절반", "제곱", "세제곱", "틀린",
        "틀렸", "배",
    ];

    /// <summary>Whether a letter is of a script without spaces, or Korean.</summary>
    public static bool IsFar(char c) => c >= '\u2e80' && char.IsLetter(c);

    /// <summary>Whether the clause before a value states it and does nothing else to it.</summary>
    public static bool StatesBefore(ReadOnlySpan<char> clause)
    {
        clause = clause.TrimEnd();
        string text = clause.ToString().Replace("不同", "", StringComparison.Ordinal);
        foreach (string word in Changing)
        {
            if (text.Contains(word, StringComparison.Ordinal)) return false;
        }
        foreach (string end in Stating)
        {
            if (clause.EndsWith(end, StringComparison.Ordinal)) return true;
        }
        return false;
    }

    /// <summary>Whether what follows a value up to the end of its clause is a counter, a noun or "is".</summary>
    public static bool MayFollow(ReadOnlySpan<char> rest)
    {
        if (FarCounters.EndsSo(rest)) return true;
        int end = 0;
        while (end < rest.Length && IsFar(rest[end])) end++;
        ReadOnlySpan<char> words = rest[..end];
        if (words.Length is 0 or > LongestNoun
            || words[0] is '的' or '以' or '之' or '分' or '到' or '至' or '和' or '与' or '加' or '减' or '乘' or '点' or '上' or '下'
            || FarNumerals.Multiplies(words))
            return false;
        foreach (char c in words)
        {
            // Japanese and Korean sentences end in one of the known ways.
            if (c is (>= '\u3040' and <= '\u30ff') or (>= '\uac00' and <= '\ud7a3')) return false;
        }
        string text = words.ToString().Replace("不同", "", StringComparison.Ordinal).Replace("平方米", "", StringComparison.Ordinal)
            .Replace("平方厘米", "", StringComparison.Ordinal);
        foreach (string word in Changing)
        {
            if (text.Contains(word, StringComparison.Ordinal)) return false;
        }
        return true;
    }
}
