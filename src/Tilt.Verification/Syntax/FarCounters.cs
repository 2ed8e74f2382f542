namespace Tilt.Verification.Syntax;

/// <summary>Chinese, Japanese and Korean counters, and what ends a sentence behind a value.</summary>
internal static class FarCounters
{
    /// <summary>Ends of sentences behind a value: counters and "is".</summary>
    private static readonly string[] Ends =
    [
        "です", "である", "だ", "となる", "になる", "となります", "になります", "であります", "でした", "通り", "個", "人", "本", "枚", "円", "回", "つ", "日", "時間", "分", "秒", "歳",
        "組", "点", "台", "冊", "匹", "度", "種類", "がある", "あります", "となった",
        "个", "元", "种", "種", "次", "条", "岁", "天", "米", "名", "只", "支", "张", "本书", "件", "颗", "块", "袋", "辆", "小时", "分钟", "秒", "公里", "千米", "厘米",
        "平方厘米", "平方米", "立方厘米", "立方米", "美元", "块钱", "吨", "千克", "克", "升",
        "입니다", "이다", "이에요", "예요", "개", "명", "원", "가지", "번", "살", "분", "시간", "일", "마리", "권", "장", "이 됩니다", "가 됩니다", "이 된다", "가 된다", "을 얻습니다",
        "를 얻습니다", "을 얻는다", "를 얻는다", "이고", "도",
    ];

    /// <summary>Whether a text is nothing but counters and "is".</summary>
    public static bool EndsSo(ReadOnlySpan<char> rest)
    {
        rest = rest.TrimEnd("。.、,， )）*!！");
        foreach (string ending in Ends)
        {
            if (!rest.StartsWith(ending, StringComparison.Ordinal)) continue;
            if (rest.Length == ending.Length || EndsSo(rest[ending.Length..])) return true;
        }
        return false;
    }
}
