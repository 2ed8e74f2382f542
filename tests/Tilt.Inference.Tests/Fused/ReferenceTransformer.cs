using System.Globalization;
using Tilt.HuggingFace.Architecture;

namespace Tilt.Inference.Tests.Fused;

/// <summary>The transformer in double precision, written as plainly as possible: one position after the other, no cache.</summary>
internal sealed class ReferenceTransformer(ModelConfiguration c, IReadOnlyDictionary<string, float[]> weights)
{
    /// <summary>Logits after every token, <c>[time][vocabulary]</c>.</summary>
    public double[][] Logits(int[] tokens)
    {
        double[][] x = [.. tokens.Select(t => Row(weights["model.embed_tokens.weight"], t, c.HiddenSize))];
        for (int layer = 0; layer < c.LayerCount; layer++)
        {
            string p = string.Create(CultureInfo.InvariantCulture, $"model.layers.{layer}.");
            double[][] a = [.. x.Select(row => Norm(row, weights[p + "input_layernorm.weight"]))];
            double[][] attended = Attend(p + "self_attn.", a);
            for (int t = 0; t < x.Length; t++)
            {
                x[t] = Sum(x[t], Linear(attended[t], weights[p + "self_attn.o_proj.weight"], null));
                double[] b = Norm(x[t], weights[p + "post_attention_layernorm.weight"]);
                double[] gate = Linear(b, weights[p + "mlp.gate_proj.weight"], null),
                    up = Linear(b, weights[p + "mlp.up_proj.weight"], null);
                for (int i = 0; i < gate.Length; i++) gate[i] = gate[i] / (1 + Math.Exp(-gate[i])) * up[i];
                x[t] = Sum(x[t], Linear(gate, weights[p + "mlp.down_proj.weight"], null));
            }
        }
        float[] head = c.TiedEmbeddings ? weights["model.embed_tokens.weight"] : weights["lm_head.weight"];
        return [.. x.Select(row => Linear(Norm(row, weights["model.norm.weight"]), head, null))];
    }

    /// <summary>Natural logs of the distribution after every token.</summary>
    public double[][] LogProbabilities(int[] tokens) => [.. Logits(tokens).Select(LogSoftmax)];

    public static double[] LogSoftmax(double[] logits)
    {
        double max = logits.Max(), log = max + Math.Log(logits.Sum(l => Math.Exp(l - max)));
        return [.. logits.Select(l => l - log)];
    }

    private double[][] Attend(string p, double[][] a)
    {
        int size = c.HeadSize, group = c.HeadCount / c.KeyValueHeadCount;
        double[][] Project(string name) =>
            [.. a.Select(row => Linear(row, weights[p + name + ".weight"], c.AttentionBias ? weights[p + name + ".bias"] : null))];
        double[][] q = Project("q_proj"), k = Project("k_proj"), v = Project("v_proj");
        var result = new double[a.Length][];
        for (int t = 0; t < a.Length; t++)
        {
            Turn(q[t], c.HeadCount, p + "q_norm.weight", t);
            Turn(k[t], c.KeyValueHeadCount, p + "k_norm.weight", t);
            result[t] = new double[c.HeadCount * size];
            for (int head = 0; head < c.HeadCount; head++)
            {
                int own = head * size, other = head / group * size;
                var scores = new double[t + 1];
                for (int s = 0; s <= t; s++)
                    for (int d = 0; d < size; d++) scores[s] += q[t][own + d] * k[s][other + d] / Math.Sqrt(size);
                double[] probabilities = [.. LogSoftmax(scores).Select(Math.Exp)];
                for (int s = 0; s <= t; s++)
                    for (int d = 0; d < size; d++) result[t][own + d] += probabilities[s] * v[s][other + d];
            }
        }
        return result;
    }

    private void Turn(double[] x, int heads, string norm, int position)
    {
        int size = c.HeadSize, half = size / 2;
        for (int head = 0; head < heads; head++)
        {
            double[] row = x[(head * size)..((head + 1) * size)];
            if (c.HeadNorms) row = Norm(row, weights[norm]);
            for (int j = 0; j < half; j++)
            {
                double angle = position * Frequency(j);
                x[head * size + j] = row[j] * Math.Cos(angle) - row[j + half] * Math.Sin(angle);
                x[head * size + j + half] = row[j + half] * Math.Cos(angle) + row[j] * Math.Sin(angle);
            }
        }
    }

    private double Frequency(int j)
    {
        double frequency = 1 / Math.Pow(c.RopeTheta, 2.0 * j / c.HeadSize);
        if (c.RopeScaling is not { } s) return frequency;
        double wavelength = 2 * Math.PI / frequency;
        double low = s.OriginalContextLength / s.LowFrequencyFactor, high = s.OriginalContextLength / s.HighFrequencyFactor;
        if (wavelength > low) return frequency / s.Factor;
        if (wavelength < high) return frequency;
        double smooth = (s.OriginalContextLength / wavelength - s.LowFrequencyFactor) / (s.HighFrequencyFactor - s.LowFrequencyFactor);
        return (1 - smooth) * frequency / s.Factor + smooth * frequency;
    }

    private double[] Norm(double[] x, float[] weight)
    {
        double scale = 1 / Math.Sqrt(x.Sum(v => v * v) / x.Length + c.NormEpsilon);
        return [.. x.Select((v, i) => v * scale * weight[i])];
    }

    private static double[] Linear(double[] x, float[] weight, float[]? bias)
    {
        var y = new double[weight.Length / x.Length];
        for (int row = 0; row < y.Length; row++)
        {
            y[row] = bias?[row] ?? 0;
            for (int i = 0; i < x.Length; i++) y[row] += weight[row * x.Length + i] * x[i];
        }
        return y;
    }

    private static double[] Row(float[] matrix, int row, int width) =>
        [.. matrix.AsSpan(row * width, width).ToArray().Select(v => (double)v)];

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];
}
