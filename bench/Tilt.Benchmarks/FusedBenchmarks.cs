using Tilt.Inference.Fused;
using Tilt.Rollouts;

namespace Tilt.Benchmarks;

/// <summary>The fused engine on the embedded model: 256 sequences with prompts of 32 tokens and responses of 64.</summary>
internal sealed class FusedBenchmarks(BenchmarkOptions options)
{
    /// <summary>Fixed-length responses, or ragged ones that end where the model ends them.</summary>
    public void Sampling(int samples, int blockSize, bool ragged)
    {
        FusedModel model = FusedModelLoader.Load(options.Model, options.Threads);
        var sampler = new FusedSampler(model, blockSize);
        SampleRequest[] requests =
            [.. Enumerable.Range(0, Workload.Sequences)
                .Select(i => new SampleRequest(Workload.Prompt(i / samples, model.VocabularySize),
                    new RandomStream(1, RandomDomain.Rollout, 0, (uint)(i / samples), (uint)(i % samples))))];
        var sampling = new SamplingOptions { MaxNewTokens = ragged ? 90 : Workload.ResponseLength, IgnoreEndOfSequence = !ragged };
        double mean = model.Score(Workload.Sequences256(model.VocabularySize)).Average(s => s.LogProbability / Workload.ResponseLength);
        long tokens = 0;
        options.Measure("sampling",
            () => tokens = sampler.SampleAsync(requests, sampling).GetAwaiter().GetResult().Sum(x => (long)x.Length), () => tokens, mean);
    }

    /// <summary>Log-probabilities with and without entropies.</summary>
    public void Scoring()
    {
        FusedModel model = FusedModelLoader.Load(options.Model, options.Threads);
        TokenSequence[] sequences = Workload.Sequences256(model.VocabularySize);
        options.Measure("scoring", () => model.Score(sequences), () => Workload.ResponseTokens);
        options.Measure("scoring without entropies", () => model.ScoreLogProbabilities(sequences), () => Workload.ResponseTokens);
    }

    /// <summary>Sampling one token at a time through the language-model interface.</summary>
    public void Stepping()
    {
        FusedModel model = FusedModelLoader.Load(options.Model, options.Threads);
        int[][] prompts = [.. Enumerable.Range(0, Workload.Sequences).Select(i => Workload.Prompt(i, model.VocabularySize))];
        var uniforms = new double[Workload.Sequences];
        var tokens = new int[Workload.Sequences];
        float[] sampling = new float[Workload.Sequences], logProbabilities = new float[Workload.Sequences];
        options.Measure("stepping", () =>
        {
            using IModelState state = model.Prefill(prompts);
            for (uint t = 0; t < Workload.ResponseLength; t++)
            {
                for (uint i = 0; i < Workload.Sequences; i++) uniforms[i] = new RandomStream(1, RandomDomain.Rollout, 0, i, 0).Uniform(t);
                state.Sample(1f, uniforms, tokens, sampling, logProbabilities);
                if (t + 1 < Workload.ResponseLength) state.Step(tokens);
            }
        }, () => Workload.ResponseTokens);
    }
}
