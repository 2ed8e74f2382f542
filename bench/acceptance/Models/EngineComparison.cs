using System.Text.Json;
using Tilt.Inference.Methods.Beams;
using Tilt.Inference.Methods.Sampling;
using Tilt.Inference.Tests.Methods;
using Tilt.Rollouts;
using Tilt.Torch;
using Tilt.Torch.Decoding;
using Tilt.Torch.Tensors;
using static Tilt.Acceptance.Models.ModelDifferences;

namespace Tilt.Acceptance.Models;

/// <summary>The two generation engines beside the reference: scores, greedy tokens, beams and processed distributions.</summary>
internal static class EngineComparison
{
    public static async Task RunAsync(ReferenceModel reference, ModelDifferences differences)
    {
        foreach (EngineChoice engine in new[] { EngineChoice.Fused, EngineChoice.Libtorch })
        {
            string path = engine.ToString().ToLowerInvariant();
            using LoadedModel loaded = LoadedModel.Load(reference.Folder, new() { Engine = engine, Threads = Environment.ProcessorCount });
            CompareScores(reference, loaded.Model, differences, path);
            await CompareGreedyAsync(reference, loaded, differences, path);
            CompareBeams(reference, loaded.Model, differences, path);
            CompareDistributions(reference, loaded.Model, differences, path);
            if (!reference.HasAdapter) continue;
            using LoadedModel adapted = LoadedModel.Load(reference.Folder, new() { Engine = engine, Adapter = reference.AdapterFolder });
            TokenScores[] scores = adapted.Model.Score(reference.AsResponses);
            for (int i = 0; i < scores.Length; i++)
                differences.Note(ModelQuantity.AdapterLogProbabilities,
                    Largest(reference.AdapterLogProbabilities[i], scores[i].LogProbabilities), path);
        }
        foreach (WeightStorage storage in Enum.GetValues<WeightStorage>()) CompareBFloat16(reference, storage, differences);
    }

    private static void CompareScores(ReferenceModel reference, ILanguageModel model, ModelDifferences differences, string path)
    {
        TokenScores[] scores = model.Score(reference.AsResponses);
        for (int i = 0; i < scores.Length; i++)
        {
            differences.Note(ModelQuantity.LogProbabilities, Largest(reference.TokenLogProbabilities[i], scores[i].LogProbabilities), path);
            differences.Note(ModelQuantity.Entropies, Largest(reference.Entropies[i].AsSpan()[..^1], scores[i].Entropies), path);
            differences.Note(ModelQuantity.Sums,
                Math.Abs(reference.TokenLogProbabilities[i].Sum(x => (double)x) - scores[i].LogProbability), path);
        }
    }

    private static async Task CompareGreedyAsync(ReferenceModel reference, LoadedModel loaded, ModelDifferences differences, string path)
    {
        JsonElement greedy = reference.Root.GetProperty("greedy");
        SampleRequest[] requests = [.. reference.Sequences.Select(prompt => new SampleRequest(prompt, default))];
        var options = new SamplingOptions { MaxNewTokens = greedy[0].GetProperty("tokens").GetArrayLength(), Temperature = 0 };
        Completion[] free = await loaded.Sampler.SampleAsync(requests, options with { IgnoreEndOfSequence = true });
        differences.Note(ModelQuantity.Greedy, free.Where((c, i) => !c.ResponseIds.SequenceEqual(Tokens(greedy[i]))).Count(),
            $"{path}, no end");
        if (!reference.Root.TryGetProperty("responses", out JsonElement responses)) return;
        Completion[] ended = await loaded.Sampler.SampleAsync(requests, options);
        differences.Note(ModelQuantity.Greedy, ended.Where((c, i) => !IsResponse(responses[i], c)).Count(), $"{path}, to the end token");
        if (!loaded.Model.EndOfSequenceIds.Order()
            .SequenceEqual(reference.Root.GetProperty("end_of_sequence_ids").Deserialize<int[]>()!.Order()))
            differences.Fail($"{path}: the end tokens are {string.Join(", ", loaded.Model.EndOfSequenceIds)}");
    }

    private static bool IsResponse(JsonElement expected, Completion found) =>
        found.ResponseIds.SequenceEqual(Tokens(expected))
        && expected.GetProperty("finished").GetBoolean() == (found.StopReason == StopReason.EndOfSequence);

    private static void CompareBeams(ReferenceModel reference, ILanguageModel engine, ModelDifferences differences, string path)
    {
        JsonElement beam = reference.Root.GetProperty("beam");
        int wrong = 0;
        foreach (JsonElement test in beam.GetProperty("cases").EnumerateArray())
        {
            JsonElement ends = test.GetProperty("eos_token_id");
            var options = new BeamSearchOptions
            {
                Width = (test.TryGetProperty("num_beams", out JsonElement width) ? width : beam.GetProperty("num_beams")).GetInt32(),
                LengthPenalty = test.GetProperty("length_penalty").GetDouble(),
                EarlyStopping = test.GetProperty("early_stopping").GetBoolean(),
            };
            var model =
                new WithEndOfSequence(engine, ends.ValueKind == JsonValueKind.Array ? ends.Deserialize<int[]>()! : [ends.GetInt32()]);
            int[] prompt = reference.Sequences[test.GetProperty("prompt_index").GetInt32()];
            BeamHypothesis[] found =
                new BeamSearch(model, options).Search([prompt], beam.GetProperty("max_new_tokens").GetInt32()).Hypotheses[0];
            JsonElement[] expected = [.. test.GetProperty("hypotheses").EnumerateArray()];
            if (expected.Length != found.Length || !expected.Zip(found).All(pair => IsResponse(pair.First, pair.Second.Completion)))
            {
                wrong++;
                continue;
            }
            foreach ((JsonElement theirs, BeamHypothesis ours) in expected.Zip(found))
            {
                // A negative penalty multiplies the sum, and its rounding.
                double factor = Math.Max(1, Math.Pow(ours.Completion.Length, -options.LengthPenalty));
                differences.Note(ModelQuantity.BeamScores, Math.Abs(theirs.GetProperty("score").GetDouble() - ours.Score) / factor, path);
                differences.Note(ModelQuantity.BeamScores,
                    Math.Abs(theirs.GetProperty("sum_logprob").GetDouble() - ours.Completion.LogProbability), path);
            }
        }
        differences.Note(ModelQuantity.Beams, wrong, path);
    }

    private static void CompareDistributions(ReferenceModel reference, ILanguageModel model, ModelDifferences differences, string path)
    {
        using IModelState state = model.Prefill(reference.Sequences);
        float[] log = new float[model.VocabularySize];
        double[] actual = new double[log.Length];
        for (int i = 0; i < reference.Sequences.Length; i++)
        {
            state.Row(i, log);
            foreach ((string name, TokenTruncation truncation) in reference.Filters(i))
            {
                truncation.Apply(log, actual);
                float[] expected = reference.Tensors.ReadFloats(name);
                bool same = expected.Length == actual.Length
                    && expected.Zip(actual).All(pair => (pair.First == 0) == ((float)pair.Second == 0));
                differences.Note(ModelQuantity.Distributions, same ? expected.Zip(actual, (x, y) => Math.Abs(x - y)).Max() : 1,
                    $"{path}, {name}");
            }
        }
    }

    private static void CompareBFloat16(ReferenceModel reference, WeightStorage storage, ModelDifferences differences)
    {
        TorchLanguageModel model;
        try
        {
            model = TorchLanguageModel.Load(reference.Folder, new() { Precision = ComputePrecision.BFloat16, Storage = storage });
        }
        catch (InputException) when (storage == WeightStorage.Packed)
        {
            return; // This processor has no such products.
        }
        using (model)
        {
            TokenScores[] scores = model.Score(reference.AsResponses);
            double mean = scores.SelectMany(
                (s, i) => s.LogProbabilities.Zip(reference.TokenLogProbabilities[i], (x, y) => (double)Math.Abs(x - y))).Average();
            differences.Note(ModelQuantity.BFloat16, mean, $"bfloat16, {storage.ToString().ToLowerInvariant()}");
        }
    }

    private static int[] Tokens(JsonElement response) => response.GetProperty("tokens").Deserialize<int[]>()!;
}
