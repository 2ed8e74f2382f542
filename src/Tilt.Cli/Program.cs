Console.WriteLine("tilt");
