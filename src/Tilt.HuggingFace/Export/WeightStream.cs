using System.Globalization;

namespace Tilt.HuggingFace.Export;

/// <summary>
/// Writes parameters in a weight type, some megabytes of rows at a time, encoded by all cores. The bytes do not depend on the
/// number of threads.
/// </summary>
/// <param name="bytesInAll">Bytes of all parameters that will be written, for the progress.</param>
/// <param name="progress">Told after every piece, or null.</param>
/// <param name="cancellationToken">Ends the writing.</param>
internal sealed class WeightStream(long bytesInAll, IProgress<ExportProgress>? progress, CancellationToken cancellationToken)
{
    /// <summary>Weights that are encoded before they are written.</summary>
    private const int PieceLength = 1 << 22;

    private long _written;

    /// <summary>Writes all rows of a parameter.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="parameter">What.</param>
    /// <param name="type">Element type; for Q8_0 the rows have a multiple of 32 elements.</param>
    /// <param name="rowOrder">Number of the parameter's row that is written at each place; null for rows as they are.</param>
    /// <exception cref="InputException">An element is not a finite number, or not one in <paramref name="type"/>; the message names
    /// it.</exception>
    /// <exception cref="OperationCanceledException">The writing was ended.</exception>
    public void Write(Stream stream, MergedParameter parameter, WeightType type, Func<long, long>? rowOrder = null)
    {
        int rowBytes = checked((int)WeightEncoding.RowBytes(type, parameter.RowLength));
        int rowsInPiece = (int)Math.Clamp(PieceLength / parameter.RowLength, 1, parameter.RowCount);
        byte[] piece = new byte[rowsInPiece * rowBytes];
        for (long first = 0; first < parameter.RowCount; first += rowsInPiece)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int rows = (int)Math.Min(rowsInPiece, parameter.RowCount - first);
            Encode(parameter, type, first, rows, rowOrder, piece, rowBytes);
            stream.Write(piece, 0, rows * rowBytes);
            _written += (long)rows * rowBytes;
            progress?.Report(new ExportProgress(_written, bytesInAll));
        }
    }

    private static void Encode(MergedParameter parameter, WeightType type, long first, int rows, Func<long, long>? rowOrder, byte[] piece,
        int rowBytes)
    {
        int shares = Math.Min(rows, Environment.ProcessorCount);
        long wrong = long.MaxValue;
        try
        {
            Parallel.For(0, shares, share =>
            {
                var values = new float[parameter.RowLength];
                byte[] stored = new byte[parameter.StoredRowBytes];
                for (int i = (int)((long)rows * share / shares); i < (int)((long)rows * (share + 1) / shares); i++)
                {
                    long row = rowOrder?.Invoke(first + i) ?? first + i;
                    parameter.ReadRow(row, values, stored);
                    if (!WeightEncoding.Holds(type, WeightEncoding.LargestMagnitude(values))) InterlockedMin(ref wrong, row);
                    else WeightEncoding.Encode(type, values, piece.AsSpan(i * rowBytes, rowBytes));
                }
            });
        }
        catch (AggregateException e) when (e.InnerException is IOException cause)
        {
            throw new IOException(cause.Message, cause);
        }
        if (wrong != long.MaxValue) throw Unrepresentable(parameter, type, wrong);
    }

    private static void InterlockedMin(ref long target, long value)
    {
        for (long current = Interlocked.Read(ref target); value < current;)
        {
            long seen = Interlocked.CompareExchange(ref target, value, current);
            if (seen == current) return;
            current = seen;
        }
    }

    private static InputException Unrepresentable(MergedParameter parameter, WeightType type, long row)
    {
        var values = new float[parameter.RowLength];
        parameter.ReadRow(row, values, new byte[parameter.StoredRowBytes]);
        int column = Array.FindIndex(values, v => !WeightEncoding.Holds(type, Math.Abs(v)));
        string value = values[column].ToString("R", CultureInfo.InvariantCulture);
        string where = $"'{parameter.FilePath}', tensor '{parameter.Name}', row {row}, column {column}: the weight "
            + $"is {value}{(parameter.IsAdapted ? " with the adapter merged" : "")}";
        return new InputException(float.IsFinite(values[column])
            ? $"{where}, which is too large for {type.Name()}. Export as {(type == WeightType.BFloat16 ? "" : "bfloat16 or ")}float32 "
                + $"instead."
            : $"{where}. Only finite weights can be exported.");
    }
}
