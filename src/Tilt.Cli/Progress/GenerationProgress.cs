namespace Tilt.Cli.Progress;

/// <summary>How far a generation has come.</summary>
/// <param name="Prompts">Prompts whose outputs are written, those of earlier runs included.</param>
/// <param name="AllPrompts">All prompts.</param>
/// <param name="Resumed">Prompts of earlier runs.</param>
/// <param name="Tokens">Tokens drawn in this run.</param>
/// <param name="WrittenTokens">Those of prompts whose outputs are written.</param>
/// <param name="MostTokens">Most tokens that a prompt can take; null where the method sets no simple bound.</param>
internal readonly record struct GenerationProgress(int Prompts, int AllPrompts, int Resumed, long Tokens, long WrittenTokens,
    long? MostTokens);
