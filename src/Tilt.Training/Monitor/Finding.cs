namespace Tilt.Training.Monitor;

/// <summary>Something that a run's figures show and its owner should know.</summary>
/// <param name="Step">The step at which it shows for the first time.</param>
/// <param name="Name">Its name, as <c>monitor.stop</c> takes it.</param>
/// <param name="Sentence">What is seen, with numbers and steps, and what it means.</param>
/// <param name="Stops">Whether the run ends because of it.</param>
public sealed record Finding(int Step, string Name, string Sentence, bool Stops);
