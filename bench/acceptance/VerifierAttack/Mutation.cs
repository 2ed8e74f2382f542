using Tilt.Acceptance.VerifierSearch;

namespace Tilt.Acceptance.VerifierAttack;

/// <summary>Small changes of a response.</summary>
internal static class Mutation
{
    private const int LongestResponse = 40;

    /// <summary>
    /// Inserts, removes, replaces, exchanges or repeats tokens; fixed tokens keep their order and neighbours may come between them only
    /// where both sides are free.
    /// </summary>
    public static Token[] Of(Token[] tokens, IReadOnlyList<string> words, Draws draws)
    {
        List<Token> changed = [.. tokens];
        int steps = draws.Pick(1, 1, 1, 2, 3);
        for (int i = 0; i < steps; i++) Step(changed, words, draws);
        return [.. changed];
    }

    private static void Step(List<Token> tokens, IReadOnlyList<string> words, Draws draws)
    {
        int place = draws.Below(tokens.Count + 1);
        Token word = new(words[draws.Below(words.Count)]);
        bool free = place < tokens.Count && !tokens[place].Fixed;
        switch (draws.Below(5))
        {
            case 0 when free:
                tokens.RemoveAt(place);
                break;
            case 1 when free:
                tokens[place] = word;
                break;
            case 2 when free && place + 1 < tokens.Count && !tokens[place + 1].Fixed:
                (tokens[place], tokens[place + 1]) = (tokens[place + 1], tokens[place]);
                break;
            case var _ when tokens.Count < LongestResponse && MayInsert(tokens, place):
                tokens.Insert(place, word);
                break;
        }
    }

    // Nothing comes between tokens that are wrong only together.
    private static bool MayInsert(List<Token> tokens, int place) =>
        place == 0 || place == tokens.Count || !(tokens[place - 1].Fixed && tokens[place].Fixed);
}
