using Tilt.Torch.Decoding;
using Tilt.Torch.Tensors;
using static TorchSharp.torch;

namespace Tilt.Torch.DeviceEngine;

/// <summary>The next-token distributions of a batch, on the model's device: only the numbers asked for are copied from it.</summary>
internal sealed class TorchDistributions : INextTokenDistributions
{
    private readonly Tensor _logProbabilities;

    /// <param name="logits">Float32 logits, <c>[rows, vocabulary]</c>; not kept.</param>
    public TorchDistributions(Tensor logits)
    {
        using var grad = no_grad();
        _logProbabilities = logits.log_softmax(-1).DetachFromDisposeScope();
    }

    private TorchDistributions(Tensor logProbabilities, Tensor rows) =>
        this._logProbabilities = logProbabilities.index_select(0, rows).DetachFromDisposeScope();

    public int RowCount => (int)_logProbabilities.shape[0];

    public int VocabularySize => (int)_logProbabilities.shape[1];

    /// <summary>New distributions, of the given rows.</summary>
    public INextTokenDistributions Select(ReadOnlySpan<int> indices)
    {
        using Tensor rows = Longs(indices);
        return new TorchDistributions(_logProbabilities, rows);
    }

    public void TopK(int k, Span<int> tokens, Span<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, VocabularySize);
        using var scope = NewDisposeScope();
        // libtorch chooses freely among equals; a stable sort gives the lower id, as the contract wants. Larger k than the rows of
        // ties are rare, so the sort is done only where the k-th value also occurs outside the k chosen.
        (Tensor best, Tensor ids) = _logProbabilities.topk(k, -1, true, true);
        Tensor least = best.narrow(1, k - 1, 1);
        if (_logProbabilities.ge(least).sum(1).Exceeds(k).any().item<bool>())
            (best, ids) = Sorted(k);
        best.cpu().contiguous().data<float>().CopyTo(values);
        CopyIds(ids, tokens);
        OrderTies(k, tokens, values);
    }

    public void Sample(float temperature, ReadOnlySpan<double> uniforms, Span<int> tokens, Span<float> samplingLogProbabilities,
        Span<float> untempered)
    {
        if (!(temperature >= 0) || float.IsInfinity(temperature))
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature,
                "The temperature must be a finite number of at least 0.");
        using var scope = NewDisposeScope();
        if (temperature == 0)
        {
            TopK(1, tokens, untempered);
            samplingLogProbabilities[..RowCount].Clear();
            return;
        }
        Tensor tempered = temperature == 1 ? _logProbabilities : _logProbabilities.DividedBy(temperature).log_softmax(-1);
        Tensor cumulative = tempered.exp().cumsum(-1, ScalarType.Float64);
        Tensor thresholds =
            tensor(uniforms.ToArray(), device: _logProbabilities.device).unsqueeze(1).mul(cumulative.narrow(1, VocabularySize - 1, 1));
        // The first id whose cumulative probability exceeds the threshold: as many ids as do not exceed it come before.
        Tensor chosen = cumulative.le(thresholds).sum(1, keepdim: true).Within(0, VocabularySize - 1);
        CopyIds(chosen, tokens);
        tempered.gather(1, chosen).cpu().data<float>().CopyTo(samplingLogProbabilities);
        _logProbabilities.gather(1, chosen).cpu().data<float>().CopyTo(untempered);
    }

    public void LogProbabilities(ReadOnlySpan<int> tokens, Span<float> values)
    {
        using var scope = NewDisposeScope();
        _logProbabilities.gather(1, Longs(tokens).unsqueeze(1)).cpu().data<float>().CopyTo(values);
    }

    public void Entropies(Span<float> entropies)
    {
        using var scope = NewDisposeScope();
        _logProbabilities.exp().mul(_logProbabilities).nan_to_num_(0).sum(1).neg_().cpu().data<float>().CopyTo(entropies);
    }

    public void Row(int row, Span<float> values)
    {
        using var scope = NewDisposeScope();
        _logProbabilities[row].cpu().data<float>().CopyTo(values);
    }

    public void Dispose() => _logProbabilities.Dispose();

    private (Tensor Values, Tensor Ids) Sorted(int k)
    {
        (Tensor values, Tensor ids) = _logProbabilities.sort(-1, descending: true, stable: true);
        return (values.narrow(1, 0, k), ids.narrow(1, 0, k));
    }

    private static void OrderTies(int k, Span<int> tokens, Span<float> values)
    {
        for (int row = 0; row + k <= values.Length && row + k <= tokens.Length; row += k)
        {
            for (int begin = 0; begin < k;)
            {
                int end = begin + 1;
                while (end < k && values[row + end] == values[row + begin]) end++;
                tokens[(row + begin)..(row + end)].Sort();
                begin = end;
            }
        }
    }

    private static void CopyIds(Tensor ids, Span<int> tokens)
    {
        using Tensor narrow = ids.to(ScalarType.Int32).cpu().contiguous();
        narrow.data<int>().CopyTo(tokens);
    }

    private Tensor Longs(ReadOnlySpan<int> values)
    {
        var longs = new long[values.Length];
        for (int i = 0; i < longs.Length; i++) longs[i] = values[i];
        return tensor(longs, device: _logProbabilities.device);
    }
}
