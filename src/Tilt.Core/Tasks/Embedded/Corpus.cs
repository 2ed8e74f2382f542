using Tilt.Rollouts;

namespace Tilt.Tasks.Embedded;

/// <summary>One document of the pretraining corpus: a problem of the pretraining split with one response.</summary>
/// <param name="Chain">The problem.</param>
/// <param name="Prompt">The prompt's text, without special tokens.</param>
/// <param name="Response">The response's text, without the end token.</param>
/// <param name="Style">The style the response was written in.</param>
public sealed record CorpusDocument(ArithmeticChain Chain, string Prompt, string Response, ResponseStyle Style);

/// <summary>
/// The embedded model's pretraining corpus: an endless list of documents over the pretraining split, levels equally likely. A
/// document depends on nothing but the mixture, the seed and its index.
/// </summary>
public sealed class Corpus
{
    private readonly CorpusMixture _mixture;
    private readonly uint _seed;
    private readonly ResponseWriter _writer;

    /// <summary>Makes a corpus of a mixture that breaks none of its own rules.</summary>
    public Corpus(CorpusMixture mixture, uint seed)
    {
        this._mixture = mixture;
        this._seed = seed;
        _writer = new ResponseWriter(mixture);
    }

    /// <summary>The document at <paramref name="index"/>.</summary>
    public CorpusDocument this[uint index]
    {
        get
        {
            for (uint attempt = 0; ; attempt++)
            {
                var random = new RandomCursor(new RandomStream(_seed, RandomDomain.Corpus, 0, index, attempt));
                // The level comes from the first attempt's numbers alone: levels keep equal shares whatever is rejected.
                int level = 1 + new RandomStream(_seed, RandomDomain.Corpus, 1, index, 0).Below(ChainedArithmetic.LevelCount, 0);
                var chain = ChainedArithmetic.Draw(level, random);
                if (EmbeddedProblems.SplitOf(chain) != Split.Pretraining) continue;
                return Write(chain, random);
            }
        }
    }

    private CorpusDocument Write(ArithmeticChain chain, RandomCursor random)
    {
        string prompt = Phrases.Question + ChainedArithmetic.DrawSurface(chain, random) + Phrases.Answer;
        var style = (ResponseStyle)random.Index(_mixture.Levels[chain.Level - 1].Weights);
        return new CorpusDocument(chain, prompt, _writer.Write(chain, style, random), style);
    }
}
