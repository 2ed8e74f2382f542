namespace Tilt.HuggingFace.Hub;

/// <summary>News of a download, in the order they happen; those of different files are interleaved.</summary>
public abstract record PullEvent;

/// <summary>The hub has said what there is.</summary>
/// <param name="Commit">The commit that the revision stands for.</param>
/// <param name="Files">The files wanted.</param>
/// <param name="Present">Those of them that the snapshot has already.</param>
public sealed record PullPlanned(string Commit, IReadOnlyList<HubFile> Files, IReadOnlyList<HubFile> Present) : PullEvent;

/// <summary>The transfer of a file begins, from the start or from where it stopped.</summary>
/// <param name="File">The file.</param>
/// <param name="Position">Bytes that are here already.</param>
/// <param name="Size">Bytes of the whole file.</param>
public sealed record PullStarted(HubFile File, long Position, long Size) : PullEvent;

/// <summary>More of a file has arrived.</summary>
/// <param name="File">The file.</param>
/// <param name="Position">Bytes that are here now.</param>
public sealed record PullAdvanced(HubFile File, long Position) : PullEvent;

/// <summary>A file is complete, checked and in the snapshot.</summary>
/// <param name="File">The file.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Verified">Whether a checksum was there to check it with.</param>
public sealed record PullCompleted(HubFile File, long Size, bool Verified) : PullEvent;

/// <summary>Something a user may want to know, such as a try that failed and is repeated.</summary>
/// <param name="Text">A full sentence.</param>
public sealed record PullNote(string Text) : PullEvent;
