using Tilt.TiltFit;

namespace Tilt.Core.Tests.TiltFit;

/// <summary>Diagnoses of enumerated prompts.</summary>
internal static class SmallDiagnosis
{
    internal static DiagnosisReport Diagnose(Func<uint, EnumeratedPrompt> prompt, int prompts = 60, bool gold = true) =>
        DiagnosisReport.Of(Settings(), [.. Enumerable.Range(0, prompts).Select(i => prompt((uint)i).Draw(8, 1, gold))]);

    internal static DiagnosisSettings Settings() => new()
    {
        Base = "base",
        Tuned = "tuned",
        Adapter = null,
        ChatTemplate = "none",
        PromptSource = "enumerated",
        PromptTemplate = "{problem}",
        Samples = 8,
        MaxNewTokens = 4,
        Seed = 1,
        Reward = "task",
        BaseWeights = "b",
        TunedWeights = "t",
        PromptContent = "p",
        Engine = "exact",
        TiltVersion = "0.1.0",
    };
}
