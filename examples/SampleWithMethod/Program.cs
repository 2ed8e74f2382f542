// Samples from a model with an inference-time method chosen by its name, on the CPU, without libtorch.
//
//   dotnet run -c Release --project examples/SampleWithMethod -- [METHOD]        (power-4-blocks-4-moves-5, beam-4-penalty-1, greedy, …)

using Tilt.HuggingFace.Tokenizers;
using Tilt.Inference.Fused;
using Tilt.Inference.Methods;
using Tilt.Inference.Methods.Contracts;
using Tilt.Rewards;
using Tilt.Rollouts;
using Tilt.Tasks;
using Tilt.Tasks.Embedded;

string name = args.Length > 0 ? args[0] : "best-of-8-mean-likelihood";

ITokenizer tokenizer = TokenizerLoader.Load("assets/embedded");
FusedModel model = FusedModelLoader.Load("assets/embedded", threads: 2);
IInferenceMethod method = InferenceMethods.Create(name, new() { Model = model, Sampler = new FusedSampler(model) });

// Held-out problems of the embedded task; a task says how a problem becomes a prompt and which reward judges its responses.
var task = new EmbeddedTask(tokenizer);
IReadOnlyList<Problem> problems = task.HeldOutProblems(HeldOutSplit.Test, 16);
InferenceRequest[] requests = [.. problems.Select((problem, i) => new InferenceRequest(task.Prompt(problem), (uint)i))];

MethodOutput result = await method.RunAsync(requests, new() { MaxNewTokens = 90, Outputs = 4, Seed = 42 });

// Deterministic methods give one output a problem, whatever was asked for.
int right = 0, total = 0;
for (int i = 0; i < problems.Count; i++)
{
    string[] texts = [.. result.Outputs[i].Select(output => tokenizer.Decode(output.ResponseIds, skipSpecialTokens: true))];
    var scores = await task.Reward.ScoreAsync([.. texts.Select(text => new ScoredResponse(problems[i], text))]);
    (right, total) = (right + scores.Count(score => score.Value == 1), total + scores.Length);
    if (i % 4 == 0)
        Console.WriteLine($"{problems[i].Text}  →  {texts[0]}  (log p = {result.Outputs[i][0].LogProbability:F2}, "
            + $"gold {problems[i].Answer})");
}

Console.WriteLine($"{method.Name}: {right} of {total} right");
