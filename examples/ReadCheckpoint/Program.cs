// Reads a tokenizer and the weights of a checkpoint in Hugging Face layout; no libtorch.
//
//   dotnet run --project examples/ReadCheckpoint -- [FOLDER]        (assets/embedded when left out)

using Tilt.HuggingFace.Safetensors;
using Tilt.HuggingFace.Tokenizers;
using Tilt.Rollouts;

string folder = args.Length > 0 ? args[0] : "assets/embedded";

ITokenizer tokenizer = TokenizerLoader.Load(folder);
int[] ids = tokenizer.Encode("3+4=7");
Console.WriteLine($"{tokenizer.VocabularySize} tokens; '3+4=7' is [{string.Join(", ", ids)}], which is '{tokenizer.Decode(ids)}'");

// One file or many shards: a checkpoint knows which file holds a tensor. Files are mapped, so nothing is read before it is asked for.
using SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(folder);
long total = 0;
foreach (string name in checkpoint.Names)
{
    SafetensorsTensor tensor = checkpoint.Find(name);
    total += tensor.ElementCount;
    if (name.Contains("layers.0.", StringComparison.Ordinal) || !name.Contains("layers.", StringComparison.Ordinal))
        Console.WriteLine($"  {name,-48} {tensor.Type,-9} [{string.Join(", ", tensor.Shape)}]");
}

Console.WriteLine($"{total:N0} parameters");

// Values come as float32, whatever their type in the file.
const string Embedding = "model.embed_tokens.weight";
float[] values = checkpoint.FileOf(Embedding).ReadFloats(Embedding);
Console.WriteLine($"root mean square of {Embedding}: {Math.Sqrt(values.Average(value => (double)value * value)):F4}");
