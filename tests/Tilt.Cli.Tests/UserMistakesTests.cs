using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tilt.Cli.Options;

namespace Tilt.Cli.Tests;

/// <summary>
/// Mistakes on the way from a model folder and a file of problems to a training run, an evaluation or a comparison: each is told with its
/// remedy before the weights are touched, which here are no weights at all.
/// </summary>
[Collection("console")]
public sealed class UserMistakesTests : IDisposable
{
    private const string Good = """{"id": "a", "problem": "1+1?", "answer": "2"}""",
        Other = """{"id": "b", "problem": "2+2?", "answer": "4"}""";

    private readonly GoldenFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string, string> Cases
    {
        get
        {
            (string Mistake, string Said)[] mistakes =
            [
                ("wrong field", "line 1: there is no column \"problem\"|question|fields.problem="),
                ("missing answer", "line 2: there is no column \"answer\"|fields.answer="),
                ("null answer", "line 2 has no answer in 'answer'|Complete or remove"),
                ("empty file", "holds no problems; it needs one a row"),
                ("blank file", "holds no problems; it needs one a row"),
                ("missing file", "nothing.jsonl|does not exist"),
                ("mixed encodings", "line 2: byte|no valid UTF-8. Save the file as UTF-8"),
                ("other encoding", "no valid UTF-8. Save the file as UTF-8"),
                ("broken line", "line 2|not valid JSON"),
                ("one list", "line 1|a JSON object is needed"),
                ("other ending", "none of the endings|.jsonl"),
                ("duplicate ids", "line 2: the id 'a' stands also in|line 1|Correct one of them"),
                ("unreadable gold", "gold answer cannot be read: a|Correct"),
                ("no tokenizer", "tokenizer.json|"),
                ("no chat template", "no chat template|chat_template="),
                ("no such device", "There is no device 'gpu'; there are cpu, cuda"),
                ("no GPU", "'cuda:77'|CUDA device"),
                ("no model", "nowhere|"),
                ("no configuration of the model", "config.json|"),
            ];
            var cases = new TheoryData<string, string, string>();
            foreach (string command in (string[])["eval", "train", "compare"])
                foreach ((string mistake, string said) in mistakes) cases.Add(command, mistake, said);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_mistake_is_told_with_its_remedy_before_the_model_is_loaded(string command, string mistake, string said)
    {
        string model = Model(mistake), data = Data(mistake), device = Device(mistake);
        string[] task = ["task.name=file", $"task.train={data}", "task.selection_share=0.3"];
        string other = _folder.Write("other.jsonl", Other);
        var (code, _, errors) = await CommandLine.RunAsync(command switch
        {
            "eval" => ["eval", "--model", model, "--task", data, "--device", device, "--out", _folder["out"], "--samples", "1"],
            "train" => ["train", "--config", Configuration, $"model={model}", $"device={device}", $"out={_folder["out"]}", .. task],
            _ => ["compare", "--config", Configuration, "--out", _folder["out"], $"model={model}", $"device={device}", .. task,
                $"task.test={other}"],
        });
        Assert.All(said.Split('|'), words => Assert.Contains(words, errors, StringComparison.Ordinal));
        Assert.Equal(2, code);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    private static string Configuration => ApplicationFiles.Find(Path.Combine("configs", "real-model.yaml"));

    private static string Device(string mistake) => mistake switch
    {
        "no such device" => "gpu",
        "no GPU" => "cuda:77",
        _ => "cpu",
    };

    /// <summary>A model folder without usable weights.</summary>
    private string Model(string mistake)
    {
        if (mistake == "no model") return _folder["nowhere"];
        string folder = mistake == "no tokenizer"
            ? _folder.Combine(GoldenFolder.Of("llama32"))
            : _folder.Combine(GoldenFolder.Of("llama32"), GoldenFolder.Of("tokenizers", "llama3-tiny"));
        File.WriteAllText(Path.Combine(folder, "model.safetensors"), "no weights");
        if (mistake == "no configuration of the model") File.Delete(Path.Combine(folder, "config.json"));
        if (mistake == "no chat template")
        {
            string file = Path.Combine(folder, "tokenizer_config.json");
            JsonObject settings = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
            settings.Remove("chat_template");
            File.WriteAllText(file, settings.ToJsonString());
        }

        return folder;
    }

    private string Data(string mistake)
    {
        string[] many = [.. Enumerable.Range(0, 80).Select(i =>
            JsonSerializer.Serialize(new { id = $"p{i}", problem = $"{i}+1?", answer = $"{i + 1}" }))];
        switch (mistake)
        {
            case "wrong field": return _folder.Write("data.jsonl", """{"id": "a", "question": "1+1?", "answer": "2"}""");
            case "missing answer": return _folder.Write("data.jsonl", Good, """{"id": "b", "problem": "2+2?"}""");
            case "null answer": return _folder.Write("data.jsonl", Good, """{"id": "b", "problem": "2+2?", "answer": null}""");
            case "empty file": return _folder.Write("data.jsonl");
            case "blank file": return _folder.Write("data.jsonl", "", "  ");
            case "missing file": return _folder["nothing.jsonl"];
            case "mixed encodings":
                File.WriteAllBytes(_folder["data.jsonl"],
                [
                    .. Encoding.UTF8.GetBytes(Good + "\n"),
                    .. Encoding.Latin1.GetBytes("""{"id": "b", "problem": "Größe?", "answer": "4"}"""),
                ]);
                return _folder["data.jsonl"];
            case "other encoding":
                File.WriteAllBytes(_folder["data.jsonl"], [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Good)]);
                return _folder["data.jsonl"];
            case "broken line": return _folder.Write("data.jsonl", Good, """{"id": "b", "problem": "2+2?", answer: 4}""");
            case "one list": return _folder.Write("data.jsonl", $"[{Good}, {Other}]");
            case "other ending": return _folder.Write("data.txt", Good);
            case "duplicate ids": return _folder.Write("data.jsonl", Good, Other.Replace("\"b\"", "\"a\"", StringComparison.Ordinal));
            case "unreadable gold": return _folder.Write("data.jsonl", """{"id": "a", "problem": "1+1?", "answer": "\\frac{"}""");
            default: return _folder.Write("data.jsonl", many);
        }
    }
}
